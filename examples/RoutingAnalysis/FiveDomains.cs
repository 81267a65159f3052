using LibMoE.Runtime;
using Microsoft.Extensions.Configuration;

/// <summary>
/// A corpus of five domains. What the data folder has is taken; where it has nothing, the SDK that runs this program and the program's own
/// sources give text of the kind, so that nothing needs to be fetched.
/// </summary>
public static class FiveDomains
{
    /// <summary>About as many characters of each domain.</summary>
    private const int Characters = 600_000;

    private static readonly (string Name, Func<DataCache, IEnumerable<string>> Read)[] Table =
    [
        ("documentation", _ => SdkText.Documentation()),
        ("prose", data => CachedText.Prose(data) ?? SdkText.Licences()),
        ("code", data => CachedText.Code(data) ?? SdkText.Templates()),
        ("languages", data => CachedText.Languages(data) ?? SdkText.Translations()),
        ("mathematics", data => CachedText.Mathematics(data) ?? Exercises.Write()),
    ];

    /// <summary>Sets <c>Corpus:Domains</c>, unless the user names a text.</summary>
    public static void AddTo(IConfigurationBuilder configuration, string[] args)
    {
        if (args.Any(arg => arg.StartsWith("--corpus", StringComparison.OrdinalIgnoreCase))
            || args.Any(arg => arg is "--help" or "-h" or "-?" or "--version"))
        {
            return;
        }

        var data = DataCache.Default();
        var folder = data.WritablePath("routing-analysis");
        Directory.CreateDirectory(folder);
        var settings = new Dictionary<string, string?>();
        foreach (var (index, (name, read)) in Table.Index())
        {
            settings[$"Corpus:Domains:{index}:Name"] = name;
            settings[$"Corpus:Domains:{index}:Path"] = Written(folder, name, () => read(data));
        }

        configuration.AddInMemoryCollection(settings);
    }

    /// <summary>Writes a domain's text once. A file that is only half there has another name.</summary>
    private static string Written(string folder, string name, Func<IEnumerable<string>> read)
    {
        var path = Path.Combine(folder, name + ".txt");
        if (!File.Exists(path))
        {
            using (var text = File.CreateText(path + ".new"))
            {
                var length = 0;
                foreach (var piece in read())
                {
                    text.Write(piece + "\n\n");
                    length += piece.Length;
                    if (length >= Characters)
                    {
                        break;
                    }
                }
            }

            File.Move(path + ".new", path, overwrite: true);
        }

        return path;
    }
}
