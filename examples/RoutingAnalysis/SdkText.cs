using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Resources;
using System.Runtime.InteropServices;
using LibMoE.Runtime;

/// <summary>Text that every .NET SDK carries.</summary>
public static class SdkText
{
    private static string Root => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>The reference documentation.</summary>
    public static IEnumerable<string> Documentation()
    {
        var corpus = Corpus.Load((string?)null);
        var ids = new long[Math.Min(corpus.Train.Count, 2_000_000)];
        corpus.Train.CopyTo(0, ids);
        return corpus.Tokenizer.Decode([.. ids.Select(id => (int)id)]).Chunk(4000).Select(piece => new string(piece));
    }

    /// <summary>Licence texts: English sentences of another kind.</summary>
    public static IEnumerable<string> Licences() => Pieces("*.txt", "LICENSE", "ThirdPartyNotices", "NOTICE");

    /// <summary>Source files of project templates and build targets.</summary>
    public static IEnumerable<string> Templates() => Pieces("*.targets").Concat(Pieces("*.props"));

    /// <summary>The SDK's messages in Czech, German, Spanish, French, Italian, Polish, Portuguese and Turkish,
    /// one of each in turn.</summary>
    public static IEnumerable<string> Translations()
    {
        string[] languages = ["cs", "de", "es", "fr", "it", "pl", "pt-BR", "tr"];
        var messages = languages.Select(
            language => Directory.EnumerateFiles(Path.Combine(Root, "sdk"), "*.resources.dll", SearchOption.AllDirectories)
                .Where(path => Path.GetFileName(Path.GetDirectoryName(path)) == language)
                .Order(StringComparer.Ordinal)
                .SelectMany(Messages)
                .Distinct()
                .Chunk(20)
                .Select(lines => string.Join('\n', lines))
                .ToList())
            .ToList();
        return Enumerable.Range(0, messages.Max(pieces => pieces.Count))
            .SelectMany(piece => messages.Where(pieces => piece < pieces.Count).Select(pieces => pieces[piece]));
    }

    private static IEnumerable<string> Pieces(string pattern, params string[] starts) =>
        Directory.EnumerateFiles(Root, pattern, SearchOption.AllDirectories)
        .Where(
            path => starts.Length == 0 || starts.Any(start => Path.GetFileName(path).StartsWith(start, StringComparison.OrdinalIgnoreCase)))
        .Order(StringComparer.Ordinal)
        .Select(File.ReadAllText)
        .Distinct()
        .SelectMany(text => text.Chunk(4000).Select(piece => new string(piece)));

    /// <summary>The sentences among an assembly's resources; the assembly is read, not loaded.</summary>
    private static List<string> Messages(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        var start = file.PEHeaders.CorHeader!.ResourcesDirectory.RelativeVirtualAddress;
        var found = new List<string>();
        foreach (var resource in metadata.ManifestResources.Select(metadata.GetManifestResource)
            .Where(resource => resource.Implementation.IsNil))
        {
            var bytes = file.GetSectionData(start).GetReader();
            bytes.Offset = (int)resource.Offset;
            using var stream = new MemoryStream(bytes.ReadBytes(bytes.ReadInt32()));
            using var reader = new ResourceReader(stream);
            var entries = reader.GetEnumerator();
            while (entries.MoveNext())
            {
                // What is no text would have to be deserialised to be looked at.
                reader.GetResourceData((string)entries.Key, out var type, out _);
                if (type == "ResourceTypeCode.String" && entries.Value is string { Length: > 30 } text)
                {
                    found.Add(text);
                }
            }
        }

        return found;
    }
}
