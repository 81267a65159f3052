using System.Globalization;
using System.Runtime.InteropServices;

namespace LibMoE.Runtime.Data.Sources;

/// <summary>
/// The English reference documentation of the base class library, which every .NET SDK carries: the corpus that needs no download.
/// One document per assembly; lines that occur anywhere before are left out, or training text would leak into the held-out part.
/// </summary>
internal sealed class SdkDocumentation : ICorpusSource
{
    private readonly string _folder;
    private List<Document>? _documents;

    private SdkDocumentation(string version, string folder) => (Name, _folder) = ($".NET {version} reference documentation", folder);

    /// <summary>What the text is, with the SDK's patch version.</summary>
    public string Name { get; }

    /// <summary>Finds the newest reference pack beside the runtime that runs this program.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public static SdkDocumentation Find() => Find(DotnetRoot());

    /// <summary>Finds the newest reference pack under a dotnet folder.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public static SdkDocumentation Find(string dotnetRoot)
    {
        var packs = Path.Combine(dotnetRoot, "packs", "Microsoft.NETCore.App.Ref");
        var newest = !Directory.Exists(packs)
            ? null
            : Directory.EnumerateDirectories(packs, "*", SearchOption.TopDirectoryOnly)
                .Where(folder => Version.TryParse(Path.GetFileName(folder), out _) && Documents(folder).Any())
                .MaxBy(folder => Version.Parse(Path.GetFileName(folder)));
        return newest is not null
            ? new SdkDocumentation(Path.GetFileName(newest), newest)
            : throw new ConfigurationException(string.Create(
                CultureInfo.InvariantCulture,
                $"The default corpus is the documentation that the .NET SDK carries under {packs}, and there is none; install an SDK "
                    + $"or name a text file or folder by --corpus."));
    }

    /// <summary>The prose of each assembly, in the order of their names; it is parsed once.</summary>
    public IEnumerable<Document> Read() => _documents ??= Parse();

    private List<Document> Parse()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. Documents(_folder)
            .Select(path => new Document(
                Path.GetFileNameWithoutExtension(path),
                string.Join('\n', XmlProse.Lines(path).Where(seen.Add))))
            .Where(document => document.Text.Length > 0)
            .OrderBy(document => document.Name, StringComparer.Ordinal)];
    }

    private static IOrderedEnumerable<string> Documents(string pack) => Directory.Exists(Path.Combine(pack, "ref"))
        ? Directory.EnumerateFiles(Path.Combine(pack, "ref"), "*.xml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        : Enumerable.Empty<string>().Order();

    /// <summary>The runtime lies in shared/Microsoft.NETCore.App/{version} of the dotnet folder.</summary>
    private static string DotnetRoot() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
}
