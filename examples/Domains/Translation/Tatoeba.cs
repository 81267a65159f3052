using System.IO.Compression;
using LibMoE.Runtime;

namespace Translation;

/// <summary>Sentences of tatoeba.org with their translations, as manythings.org/anki packs them (CC BY 2.0 FR): a line is English, the
/// other language, and whose they are.</summary>
internal static class Tatoeba
{
    private static readonly (string Code, string Origin, string Sha256)[] Archives =
    [
        ("swe", "emilolio/translation-transformer/bc1be102ca7c455ca4bfb6ed46a93f4d8263d9a2",
            "eedb4b6a307fbc49083beff4a963d1080b76fdec4f6bf0ff138da8bebd42b7a8"),
        ("nld", "BMKessels/lstm_lecture/2ef6fb5a6e851a258e29f348bc8c54a4dc04a530",
            "58102e8188bf5520d2d2491150bbee58bc4c528e635f224a135299b919849eee"),
        ("ind", "greysior/nmt_dataset/963176b45279650e719da2f89d412633a32e3237",
            "68024c65181a2cde0c7313a9fff42993c43c97ceb48b786bfa241454ce186266"),
    ];

    /// <summary>All pairs, language by language, in the order of the files.</summary>
    /// <param name="files">The data folders; null takes those of this user.</param>
    /// <exception cref="ConfigurationException">An archive is nowhere.</exception>
    /// <exception cref="InvalidDataException">An archive is damaged.</exception>
    public static List<SentencePair> Load(DataFiles? files = null)
    {
        var found = files ?? new DataFiles();
        return [.. Archives.Index().SelectMany(archive => Pairs(found, archive.Index, archive.Item))];
    }

    private static IEnumerable<SentencePair> Pairs(DataFiles files, int language, (string Code, string Origin, string Sha256) archive)
    {
        var name = $"{archive.Code}-eng.zip";
        var address = $"https://raw.githubusercontent.com/{archive.Origin}/{name}";
        var path = files.Require([new($"tatoeba/{name}") { Url = address, Sha256 = archive.Sha256 }], $"download {address}");
        using var zip = ZipFile.OpenRead(path);
        var entry = zip.GetEntry($"{archive.Code}.txt") ?? throw new InvalidDataException($"{path} has no {archive.Code}.txt.");
        using var reader = new StreamReader(entry.Open());
        for (var line = 1; reader.ReadLine() is { } text; line++)
        {
            yield return text.Split('\t') is [{ Length: > 0 } target, { Length: > 0 } source, _]
                ? new SentencePair(language, source, target)
                : throw new InvalidDataException(
                    $"{entry.Name} line {line} is no pair; it must be English, a tab, the other language, a tab, and whose they are.");
        }
    }
}
