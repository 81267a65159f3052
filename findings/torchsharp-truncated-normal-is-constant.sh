#!/usr/bin/env bash
# TorchSharp 0.107.0: nn.init.trunc_normal_ with mean 0 and bounds equally far on both sides, its defaults, draws nothing: every element becomes
# std, for any seed. Layers that are initialised by it start with all numbers equal. With another mean it draws from a part of the interval.
# A normal distribution that is cut off at -2 and 2 has numbers of both signs and a deviation of 0.88.
# Seen:
#   0, 1, -2, 2: least 1.00, largest 1.00, deviation 0.0
#   0, 0.5, -1, 1: least 0.50, largest 0.50, deviation 0.0
#   0.25, 0.5, -1, 1: least 0.06, largest 0.77, deviation 0.2
#   normal_(0, 1), clamped: least -2.00, largest 2.00, deviation 1.0
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
using static TorchSharp.torch;

NativeNeed.Weaken();
manual_seed(1);
Show("0, 1, -2, 2", nn.init.trunc_normal_(zeros(100_000), 0, 1, -2, 2));
Show("0, 0.5, -1, 1", nn.init.trunc_normal_(zeros(100_000), 0, 0.5, -1, 1));
Show("0.25, 0.5, -1, 1", nn.init.trunc_normal_(zeros(100_000), 0.25, 0.5, -1, 1));
Show("normal_(0, 1), clamped", nn.init.normal_(zeros(100_000)).clamp(-2, 2));

static void Show(string name, Tensor y) => Console.WriteLine(FormattableString.Invariant(
    $"{name}: least {y.min().item<float>():F2}, largest {y.max().item<float>():F2}, deviation {y.std().item<float>():F1}"));
X
cat > expected.txt <<'X'
0, 1, -2, 2: least 1.00, largest 1.00, deviation 0.0
0, 0.5, -1, 1: least 0.50, largest 0.50, deviation 0.0
0.25, 0.5, -1, 1: least 0.06, largest 0.77, deviation 0.2
normal_(0, 1), clamped: least -2.00, largest 2.00, deviation 1.0
X
DOTNET_NOLOGO=1 dotnet run -v q > output.txt
cat output.txt
diff expected.txt output.txt
