#!/usr/bin/env bash
# TorchSharp 0.107.0: nn.GroupNorm makes its weight and bias by torch.empty and never fills them, so that a layer starts with what the memory
# held: zeros, numbers of tensors that were freed, or NaN. nn.LayerNorm and PyTorch's GroupNorm start with ones and zeros.
# Here tensors of sevens of the same size are freed before, and the norm finds them.
# Seen:
#   LayerNorm: weight all 1: True, bias all 0: True
#   GroupNorm: weight all 1: False, bias all 0: False
# Needs Linux x64 and dotnet 10. Ends with 1 if the output changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > finding.csproj <<'X'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><ImplicitUsings>enable</ImplicitUsings>
    <RuntimeIdentifier>linux-x64</RuntimeIdentifier><SelfContained>false</SelfContained>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="TorchSharp" Version="[0.107.0]" />
    <PackageReference Include="libtorch-cpu-linux-x64" Version="[2.10.0]" />
  </ItemGroup>
</Project>
X
cat > NativeNeed.cs <<'X'
// TorchSharp's native library asks libstdc++ for GLIBCXX_3.4.32, which no symbol in it needs and Debian 12 lacks: the need is marked weak
// (the hash of the version's name, then its flags), so that the library loads there too. Newer systems do not notice.
static class NativeNeed
{
    public static void Weaken()
    {
        uint hash = 0;
        foreach (var c in "GLIBCXX_3.4.32")
        {
            hash = (hash << 4) + c;
            var high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        var path = Directory.GetFiles(AppContext.BaseDirectory, "libLibTorchSharp.so", SearchOption.AllDirectories).Single();
        var bytes = File.ReadAllBytes(path);
        var at = bytes.AsSpan().IndexOf((byte[])[.. BitConverter.GetBytes(hash), 0, 0]);
        if (at >= 0)
        {
            bytes[at + 4] = 2;
            File.Delete(path);
            File.WriteAllBytes(path, bytes);
        }
    }
}
X
cat > Program.cs <<'X'
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

NativeNeed.Weaken();
Show("LayerNorm", () => nn.LayerNorm(64), norm => (norm.weight!, norm.bias!));
Show("GroupNorm", () => nn.GroupNorm(8, 64), norm => (norm.weight!, norm.bias!));

static void Show<T>(string name, Func<T> make, Func<T, (Parameter, Parameter)> parameters)
{
    foreach (var freed in Enumerable.Range(0, 64).Select(_ => full(64, 7.0f)).ToList())
    {
        freed.Dispose();
    }

    var (weight, bias) = parameters(make());
    Console.WriteLine($"{name}: weight all 1: {weight.eq(1).all().item<bool>()}, bias all 0: {bias.eq(0).all().item<bool>()}");
}
X
cat > expected.txt <<'X'
LayerNorm: weight all 1: True, bias all 0: True
GroupNorm: weight all 1: False, bias all 0: False
X
DOTNET_NOLOGO=1 dotnet run -v q > output.txt
cat output.txt
diff expected.txt output.txt
