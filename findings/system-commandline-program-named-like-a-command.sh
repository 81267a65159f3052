#!/usr/bin/env bash
# System.CommandLine 3.0.0 (NuGet, .NET 10): a program whose file has the name of one of its own commands cannot parse anything. RootCommand takes
# the file's name as its own, and Parse then throws for a name that is there twice, whatever the arguments are. The same program under
# another name parses the same words.
# Seen:
#   train: An item with the same key has already been added. Key: train
#   trainer: train, 0 errors
# The script fails once the library does otherwise.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > finding.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="System.CommandLine" Version="[3.0.0]" />
  </ItemGroup>
</Project>
PROJECT

cat > Program.cs <<'PROGRAM'
using System.CommandLine;

var root = new RootCommand("Trains.") { new Command("train") { new Option<int>("--steps") } };
try
{
    var parsed = root.Parse(["train", "--steps", "3"]);
    Console.WriteLine($"{root.Name}: {parsed.CommandResult.Command.Name}, {parsed.Errors.Count} errors");
}
catch (ArgumentException failure)
{
    Console.WriteLine($"{root.Name}: {failure.Message}");
}
PROGRAM

seen=""
for name in train trainer; do
  dotnet build -c Release -v q -p:AssemblyName=$name -o "$name" >/dev/null
  seen+=$("./$name/$name")$'\n'
done
echo -n "$seen"
[ "$seen" = "train: An item with the same key has already been added. Key: train
trainer: train, 0 errors
" ]
