using System.Globalization;
using LibMoE.Runtime;
using Microsoft.Extensions.Configuration;

namespace Languages;

/// <summary>The eight texts as a corpus of as many domains.</summary>
internal static class GenesisFiles
{
    /// <summary>Verbs that read no text.</summary>
    private static readonly string[] WithoutText = ["audit", "collect", "describe", "plan", "report", "runs", "watch"];

    /// <summary>Sets <c>Corpus:Domains</c>, unless the user names a text or asks for what reads none.</summary>
    /// <exception cref="ConfigurationException">The texts are not there; one line says how to get them.</exception>
    public static void AddTo(IConfigurationBuilder configuration, string[] args)
    {
        if (args.Any(arg => arg.StartsWith("--corpus", StringComparison.OrdinalIgnoreCase))
            || args.Any(arg => arg is "--help" or "-h" or "-?" or "--version")
            || WithoutText.Contains(args.FirstOrDefault()))
        {
            return;
        }

        var settings = new Dictionary<string, string?>();
        foreach (var (index, (name, documents)) in Genesis.Texts().OrderBy(text => text.Key, StringComparer.Ordinal).Index())
        {
            settings[$"Corpus:Domains:{index.ToString(CultureInfo.InvariantCulture)}:Name"] = name;
            settings[$"Corpus:Domains:{index.ToString(CultureInfo.InvariantCulture)}:Path"] = Written(name, documents);
        }

        configuration.AddInMemoryCollection(settings);
    }

    /// <summary>A folder with a file for each piece, written once; one that is only half there has another name.</summary>
    private static string Written(string name, IReadOnlyList<Document> documents)
    {
        var folder = DataCache.Default().WritablePath($"languages/{name}");
        if (!Directory.Exists(folder))
        {
            var begun = Directory.CreateDirectory(folder + ".new");
            foreach (var document in documents)
            {
                File.WriteAllText(Path.Combine(begun.FullName, document.Name + ".txt"), document.Text);
            }

            Directory.Move(begun.FullName, folder);
        }

        return folder;
    }
}
