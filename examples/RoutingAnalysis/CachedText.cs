using System.IO.Compression;
using System.Text;
using System.Text.Json;
using LibMoE.Runtime;

/// <summary>Text of a domain from the data folder; null where the folder does not have it.</summary>
public static class CachedText
{
    /// <summary>Speeches of presidents (NLTK's state_union).</summary>
    public static IEnumerable<string>? Prose(DataCache data) => Archive(data, "domains/state_union.zip", _ => true);

    /// <summary>Modules of Python's standard library.</summary>
    public static IEnumerable<string>? Code(DataCache data) =>
        data.Find("domains/python_stdlib.txt.gz") is { } path ? Unpack(path).Split("\n\n") : null;

    /// <summary>Genesis in German, French, Finnish, Portuguese and Swedish (NLTK's genesis), verse by verse in turn.</summary>
    public static IEnumerable<string>? Languages(DataCache data) => Archive(
        data, "domains/genesis.zip", name => !name.StartsWith("english", StringComparison.Ordinal)
            && !name.StartsWith("lolcat", StringComparison.Ordinal));

    /// <summary>Word problems with their solutions (GSM8K).</summary>
    public static IEnumerable<string>? Mathematics(DataCache data) => data.Find("gsm8k/train.jsonl.gz") is { } path
        ? Unpack(path).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            using var row = JsonDocument.Parse(line);
            return row.RootElement.GetProperty("question").GetString() + "\n" + row.RootElement.GetProperty("answer").GetString();
        })
        : null;

    /// <summary>The texts of an archive, a piece of each in turn, so that a part of them holds all.</summary>
    private static List<string>? Archive(DataCache data, string name, Func<string, bool> wanted)
    {
        if (data.Find(name) is not { } path)
        {
            return null;
        }

        using var archive = ZipFile.OpenRead(path);
        var texts = archive.Entries
            .Where(entry => entry.Name.EndsWith(".txt", StringComparison.Ordinal) && wanted(entry.Name))
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .Select(entry =>
            {
                using var buffer = new MemoryStream();
                using (var content = entry.Open())
                {
                    content.CopyTo(buffer);
                }

                return Text(buffer.ToArray()).Chunk(4000).Select(piece => new string(piece)).ToList();
            })
            .ToList();
        return Enumerable.Range(0, texts.Count == 0 ? 0 : texts.Max(text => text.Count))
            .SelectMany(piece => texts.Where(text => piece < text.Count).Select(text => text[piece])).ToList();
    }

    /// <summary>Some of the files are UTF-8, some Latin-1.</summary>
    private static string Text(byte[] bytes)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    private static string Unpack(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }
}
