using System.Text;
using System.Text.Json;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Data.Tokenizers;

/// <summary>The two files of a byte-level BPE, checked: ids 0 to V − 1, a piece for every byte of UTF-8, and merges of
/// pieces into pieces.</summary>
/// <param name="Ids">The id of every piece.</param>
/// <param name="Merges">The pairs, best first.</param>
/// <param name="Special">The pieces named &lt;|…|&gt;.</param>
/// <param name="Files">The files that it was read from, under their usual names.</param>
internal sealed record BpeVocabulary(
    IReadOnlyDictionary<string, int> Ids,
    IReadOnlyList<(string Left, string Right)> Merges,
    IReadOnlyDictionary<string, int> Special,
    IReadOnlyList<TokenizerFile> Files)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads both files.</summary>
    /// <exception cref="TokenizerException">One of them is not what it should be.</exception>
    public static BpeVocabulary Parse(string vocabularyPath, byte[] vocabulary, string mergesPath, byte[] merges)
    {
        var ids = ReadIds(vocabularyPath, vocabulary);
        return new BpeVocabulary(
            ids.AsReadOnly(),
            MergesOf(mergesPath, merges, ids),
            ids.Where(piece => IsSpecial(piece.Key)).ToDictionary(),
            [new TokenizerFile("vocab.json", vocabulary), new TokenizerFile("merges.txt", merges)]);
    }

    private static bool IsSpecial(string piece) =>
        piece.Length > 4 && piece.StartsWith("<|", StringComparison.Ordinal) && piece.EndsWith("|>", StringComparison.Ordinal);

    private static Dictionary<string, int> ReadIds(string path, byte[] bytes)
    {
        var ids = new Dictionary<string, int>();
        try
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = 2 });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new TokenizerException(path, "it does not hold a JSON object of pieces and their ids");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var piece = reader.GetString()!;
                reader.Read();
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var id) || id < 0)
                {
                    throw new TokenizerException(path, $"the piece {MessageText.Quote(piece)} has no id; an id is a whole number from 0");
                }

                if (!ids.TryAdd(piece, id))
                {
                    throw new TokenizerException(path, $"the piece {MessageText.Quote(piece)} is there twice");
                }
            }

            reader.Read();
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new TokenizerException(path, $"it is not JSON ({MessageText.Reason(fault)})", fault);
        }

        Check(path, ids);
        return ids;
    }

    private static void Check(string path, Dictionary<string, int> ids)
    {
        var taken = new bool[ids.Count];
        foreach (var (piece, id) in ids)
        {
            if (id >= ids.Count || taken[id])
            {
                throw new TokenizerException(path, $"the piece {MessageText.Quote(piece)} has the id {id}; {ids.Count} pieces have the ids "
                    + $"0 to {ids.Count - 1}, each once");
            }

            taken[id] = true;
        }

        foreach (var value in ByteLetters.InTexts)
        {
            if (!ids.ContainsKey(ByteLetters.Write([value])))
            {
                throw new TokenizerException(path, $"the byte {value} has no piece; a byte-level vocabulary has one for each of the "
                    + $"{ByteLetters.InTexts.Count} bytes that UTF-8 has");
            }
        }
    }

    private static List<(string Left, string Right)> MergesOf(string path, byte[] bytes, Dictionary<string, int> ids)
    {
        var merges = new List<(string Left, string Right)>();
        var seen = new HashSet<string>();
        foreach (var (index, line) in Text(path, bytes).Split('\n').Select(line => line.TrimEnd('\r')).Index())
        {
            if (line.Length == 0 || (index == 0 && line.StartsWith("#version", StringComparison.Ordinal)))
            {
                continue;
            }

            var parts = line.Split(' ');
            if (parts.Length != 2 || !ids.ContainsKey(parts[0]) || !ids.ContainsKey(parts[1]) || !ids.ContainsKey(parts[0] + parts[1]))
            {
                throw new TokenizerException(
                    path, $"line {index + 1} is {MessageText.Quote(line)}; a line is two pieces of the vocabulary with a blank between, "
                        + "whose union is a piece too");
            }

            if (!seen.Add(line))
            {
                throw new TokenizerException(path, $"line {index + 1} repeats the pair {MessageText.Quote(line)}");
            }

            merges.Add((parts[0], parts[1]));
        }

        return merges;
    }

    private static string Text(string path, byte[] bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException fault)
        {
            throw new TokenizerException(path, $"it is not UTF-8 at byte {fault.Index}", fault);
        }
    }
}
