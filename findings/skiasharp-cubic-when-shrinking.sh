#!/usr/bin/env bash
# SkiaSharp 3.119.4: SKBitmap.Resize with a cubic resampler looks at 4 by 4 pixels however much an image shrinks, and leaves the others out. Of
# 64 columns of which two in every eight are white, made 8 times smaller, it sees the white ones alone and gives white; the mean is 64 of 255.
# Pillow's bicubic, by which the images of CLIP and SigLIP are made, widens the filter by the factor of shrinking. Linear with mip maps averages.
# Seen:
#   CatmullRom: 255 255 255 255 255 255 255 255
#   Mitchell: 255 255 255 255 255 255 255 255
#   linear with mip maps: 63 63 63 63 63 63 63 63
# Needs Linux and dotnet 10. Ends with 1 if the output changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > finding.csproj <<'X'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="SkiaSharp" Version="[3.119.4]" />
    <PackageReference Include="SkiaSharp.NativeAssets.Linux.NoDependencies" Version="[3.119.4]" />
  </ItemGroup>
</Project>
X
cat > Program.cs <<'X'
using SkiaSharp;

using var image = new SKBitmap(64, 64, SKColorType.Gray8, SKAlphaType.Opaque);
for (var y = 0; y < 64; y++)
{
    for (var x = 0; x < 64; x++)
    {
        image.SetPixel(x, y, x % 8 is 3 or 4 ? SKColors.White : SKColors.Black);
    }
}

Show("CatmullRom", new SKSamplingOptions(SKCubicResampler.CatmullRom));
Show("Mitchell", new SKSamplingOptions(SKCubicResampler.Mitchell));
Show("linear with mip maps", new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));

void Show(string name, SKSamplingOptions sampling)
{
    using var small = image.Resize(new SKImageInfo(8, 8, SKColorType.Gray8, SKAlphaType.Opaque), sampling);
    Console.WriteLine($"{name}: {string.Join(' ', Enumerable.Range(0, 8).Select(x => small.GetPixel(x, 4).Red))}");
}
X
cat > expected.txt <<'X'
CatmullRom: 255 255 255 255 255 255 255 255
Mitchell: 255 255 255 255 255 255 255 255
linear with mip maps: 63 63 63 63 63 63 63 63
X
DOTNET_NOLOGO=1 dotnet run -v q > output.txt
cat output.txt
diff expected.txt output.txt
