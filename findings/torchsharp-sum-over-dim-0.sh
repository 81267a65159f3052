#!/usr/bin/env bash
# TorchSharp 0.107.0: x.sum(0) and torch.sum(x, 0), written as in PyTorch, do not sum along dim 0. C# converts the literal 0 to any enum, the
# overload with a ScalarType is taken, and 0 is Byte: all numbers are added as bytes, modulo 256. prod(0) does the same. sum(1), sum(-1), a
# variable that is 0, and x.sum(dim: 0) go along a dim, and so do cumsum(0), argmax(0), softmax(0).
# Seen:
#   sum(0): Byte []: 232
#   torch.sum(x, 0): Byte []: 232
#   prod(0): Byte []: 96
#   sum(zero): Float32 [2]: 400 600
#   sum(1): Float32 [2]: 300 700
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
var x = tensor(new float[,] { { 100, 200 }, { 300, 400 } });
var zero = 0;
Show("sum(0)", x.sum(0));
Show("torch.sum(x, 0)", sum(x, 0));
Show("prod(0)", tensor(new float[,] { { 1, 2 }, { 30, 40 } }).prod(0));
Show("sum(zero)", x.sum(zero));
Show("sum(1)", x.sum(1));

static void Show(string name, Tensor y) => Console.WriteLine(
    $"{name}: {y.dtype} [{string.Join(", ", y.shape)}]: {string.Join(' ', y.to(ScalarType.Float32).flatten().data<float>().ToArray())}");
X
cat > expected.txt <<'X'
sum(0): Byte []: 232
torch.sum(x, 0): Byte []: 232
prod(0): Byte []: 96
sum(zero): Float32 [2]: 400 600
sum(1): Float32 [2]: 300 700
X
DOTNET_NOLOGO=1 dotnet run -v q > output.txt
cat output.txt
diff expected.txt output.txt
