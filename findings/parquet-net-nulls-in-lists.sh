#!/usr/bin/env bash
# Parquet.Net 6.1.0 (NuGet, .NET 10): ParquetSerializer.DeserializeUntypedAsync leaves nulls out of a list, so that what follows moves up.
# The list ["blue", null, "green"], valid Parquet written by the same library, comes back with two elements; the definition levels that
# ReadRawColumnDataBaseAsync gives (3, 2, 3) still tell that the second one is null.
# Seen:
#   untyped: blue, green
#   levels: 3, 2, 3
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
    <PackageReference Include="Parquet.Net" Version="[6.1.0]" />
  </ItemGroup>
</Project>
PROJECT

cat > Program.cs <<'PROGRAM'
using Parquet;
using Parquet.Schema;
using Parquet.Serialization;

var schema = new ParquetSchema(new ListField("endings", new DataField<string>("element")));
var field = schema.GetDataFields()[0];
using var file = new MemoryStream();
await using (var writer = await ParquetWriter.CreateAsync(schema, file))
{
    using var group = writer.CreateRowGroup();
    await group.WriteAllPartsAsync<ReadOnlyMemory<char>>(
        field, new[] { "blue".AsMemory(), "green".AsMemory() }, new[] { 3, 2, 3 }, new[] { 0, 1, 1 }, default);
}

file.Position = 0;
var row = (await ParquetSerializer.DeserializeUntypedAsync(file)).Data[0];
Console.WriteLine("untyped: " + string.Join(", ", ((System.Collections.IEnumerable)row["endings"]).Cast<object>().Select(text => text?.ToString() ?? "null")));

file.Position = 0;
await using var reader = await ParquetReader.CreateAsync(file);
using var rows = reader.OpenRowGroupReader(0);
using var column = await rows.ReadRawColumnDataBaseAsync(reader.Schema.GetDataFields()[0]);
Console.WriteLine("levels: " + string.Join(", ", column.DefinitionLevels.ToArray()));
PROGRAM

seen=$(dotnet run -c Release)
echo "$seen"
[ "$seen" = "untyped: blue, green
levels: 3, 2, 3" ]
