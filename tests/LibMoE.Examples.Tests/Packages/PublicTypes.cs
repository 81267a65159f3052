using System.IO.Compression;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace LibMoE.Examples.Tests.Packages;

/// <summary>
/// The names of public types, as metadata writes them: nested ones behind a dot, generic ones with their number of type parameters.
/// </summary>
internal static partial class PublicTypes
{
    /// <summary>Those of an assembly in a package.</summary>
    /// <param name="package">The package's file.</param>
    /// <param name="entry">The assembly's path in it.</param>
    public static IReadOnlyList<string> Of(string package, string entry)
    {
        using var zip = ZipFile.OpenRead(package);
        using var bytes = new MemoryStream();
        using (var stream = zip.GetEntry(entry)!.Open())
        {
            stream.CopyTo(bytes);
        }

        bytes.Position = 0;
        using var assembly = new PEReader(bytes);
        var metadata = assembly.GetMetadataReader();
        return [.. metadata.TypeDefinitions.Select(metadata.GetTypeDefinition).Where(type => IsPublic(metadata, type))
            .Select(type => NameOf(metadata, type)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Those that lines of PublicAPI files declare: lines of members say behind an arrow of what type they are.</summary>
    public static IReadOnlyList<string> Declared(IEnumerable<string> lines) =>
        [.. lines.Where(line => line.Length > 0 && line[0] is not ('#' or '*') && !line.Contains(" -> ", StringComparison.Ordinal))
            .Where(line => !line.EndsWith("contained in LibMoE.Dsl)", StringComparison.Ordinal))
            .Select(line => TypeParameters().Replace(line, list => $"`{list.Value.Count(letter => letter == ',') + 1}"))
            .Order(StringComparer.Ordinal)];

    private static bool IsPublic(MetadataReader metadata, TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.Public => true,
        TypeAttributes.NestedPublic => IsPublic(metadata, metadata.GetTypeDefinition(type.GetDeclaringType())),
        _ => false,
    };

    private static string NameOf(MetadataReader metadata, TypeDefinition type)
    {
        var name = metadata.GetString(type.Name);
        return type.GetDeclaringType() is { IsNil: false } outer ? $"{NameOf(metadata, metadata.GetTypeDefinition(outer))}.{name}"
            : metadata.GetString(type.Namespace) is { Length: > 0 } space ? $"{space}.{name}"
            : name;
    }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex TypeParameters();
}
