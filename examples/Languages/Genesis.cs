using System.IO.Compression;
using System.Text;
using LibMoE.Runtime;

namespace Languages;

/// <summary>The book of Genesis in several languages (NLTK's corpus genesis, public domain): one content, so that languages differ in
/// nothing else. Each text is cut into 40 pieces of whole lines, of which every tenth is held out: about the same verses in all
/// languages, so that no translation of a held-out verse is learned from.</summary>
internal static class Genesis
{
    private const int Pieces = 40;
    private const string Name = "domains/genesis.zip";
    private const string Url =
        "https://raw.githubusercontent.com/nltk/nltk_data/5db857e6f7df11eabb5e5665836db9ec8df07e28/packages/corpora/genesis.zip";

    /// <summary>The Swedish text is in a code page of DOS, which .NET reads only by a provider; these are all of its bytes above
    /// 127.</summary>
    private static readonly Dictionary<byte, char> Swedish = new()
    {
        [0x82] = 'é',
        [0x84] = 'ä',
        [0x86] = 'å',
        [0x8E] = 'Ä',
        [0x8F] = 'Å',
        [0x94] = 'ö',
        [0x99] = 'Ö',
        [0xBD] = '”',
    };

    /// <summary>The languages, without the World English Bible beside King James's and without the joke of a dialect.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["English", "Finnish", "French", "German", "Portuguese", "Swedish"];

    /// <summary>All eight texts by name, each as its pieces.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<Document>> Texts()
    {
        var path = new DataFiles().Require(
            [new(Name) { Url = Url, Sha256 = "0cac241f88d7999f81a45e26b1764b2d1f3b4d21654aa954e0d5349eb4784cd0" }], $"download {Url}");
        using var zip = ZipFile.OpenRead(path);
        return zip.Entries.Where(entry => entry.Name.EndsWith(".txt", StringComparison.Ordinal))
            .ToDictionary(entry => NameOf(entry.Name), entry => Cut(Text(entry)));
    }

    /// <summary>Such as <c>English</c> of <c>english-kjv.txt</c>.</summary>
    private static string NameOf(string file) => file switch
    {
        "english-kjv.txt" => "English",
        "english-web.txt" => "WorldEnglish",
        _ => char.ToUpperInvariant(file[0]) + Path.GetFileNameWithoutExtension(file)[1..],
    };

    /// <summary>Whole lines, about as many characters in each piece.</summary>
    private static IReadOnlyList<Document> Cut(string text)
    {
        var pieces = Enumerable.Range(0, Pieces).Select(_ => new StringBuilder()).ToList();
        var read = 0L;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            pieces[(int)(read * Pieces / text.Length)].Append(line.TrimEnd()).Append('\n');
            read += line.Length + 1;
        }

        return [.. pieces.Select((piece, number) => new Document($"{number:D2}", piece.ToString()))];
    }

    private static string Text(ZipArchiveEntry entry)
    {
        using var buffer = new MemoryStream();
        using (var content = entry.Open())
        {
            content.CopyTo(buffer);
        }

        var bytes = buffer.ToArray();
        if (entry.Name == "swedish.txt")
        {
            return string.Concat(bytes.Select(value => Swedish.TryGetValue(value, out var letter) ? letter : (char)value));
        }

        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }
}
