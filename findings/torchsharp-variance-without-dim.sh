#!/usr/bin/env bash
# TorchSharp 0.107.0: torch.var(x, unbiased: false) and x.var(unbiased: false) give the unbiased variance all the same, and torch.var_mean(x)
# gives the standard deviation in the place of the variance. std(x, unbiased: false) and the overloads with a dim are right. Of 1, 2 and 6 the
# sum of squares about the mean is 14: the variance is 14/3 = 4.6667 without and 7 with Bessel's correction, its root 2.1602 or 2.6458.
# Seen:
#   var(x, unbiased: false): 7.0000
#   var(x, 0, unbiased: false): 4.6667
#   std(x, unbiased: false): 2.1602
#   var_mean(x, unbiased: true): 2.6458
#   var_mean(x, unbiased: false): 2.1602
#   var_mean(x, 0, unbiased: false): 4.6667
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
var x = tensor(new float[] { 1, 2, 6 });
Show("var(x, unbiased: false)", var(x, unbiased: false));
Show("var(x, 0, unbiased: false)", var(x, 0, unbiased: false));
Show("std(x, unbiased: false)", std(x, unbiased: false));
Show("var_mean(x, unbiased: true)", var_mean(x, unbiased: true).var);
Show("var_mean(x, unbiased: false)", var_mean(x, unbiased: false).var);
Show("var_mean(x, 0, unbiased: false)", var_mean(x, 0L, unbiased: false).var);

static void Show(string name, Tensor y) => Console.WriteLine(FormattableString.Invariant($"{name}: {y.item<float>():F4}"));
X
cat > expected.txt <<'X'
var(x, unbiased: false): 7.0000
var(x, 0, unbiased: false): 4.6667
std(x, unbiased: false): 2.1602
var_mean(x, unbiased: true): 2.6458
var_mean(x, unbiased: false): 2.1602
var_mean(x, 0, unbiased: false): 4.6667
X
DOTNET_NOLOGO=1 dotnet run -v q > output.txt
cat output.txt
diff expected.txt output.txt
