#!/usr/bin/env bash
# TorchSharp 0.107.0: load_state_dict(…, strict: true) copies a tensor of another shape into a parameter wherever it can be broadcast: a row of
# 2 numbers fills a 3 by 2 matrix, one number a whole bias, without a word. PyTorch's refuses both ("size mismatch").
# Seen:
#   weight [3, 2]: 7 8 7 8 7 8
#   bias [3]: 5 5 5
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
var layer = nn.Linear(2, 3);
layer.load_state_dict(new() { ["weight"] = tensor(new float[,] { { 7, 8 } }), ["bias"] = tensor(new float[] { 5 }) }, strict: true);
foreach (var (name, value) in layer.state_dict())
{
    Console.WriteLine($"{name} [{string.Join(", ", value.shape)}]: {string.Join(' ', value.flatten().data<float>().ToArray())}");
}
X
cat > expected.txt <<'X'
weight [3, 2]: 7 8 7 8 7 8
bias [3]: 5 5 5
X
DOTNET_NOLOGO=1 dotnet run -v q > output.txt
cat output.txt
diff expected.txt output.txt
