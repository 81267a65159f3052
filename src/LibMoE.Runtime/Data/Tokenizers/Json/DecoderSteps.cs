using System.Globalization;
using System.Text;
using System.Text.Json;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Data.Tokenizers.Json;

/// <summary>The <c>decoder</c> of a <c>tokenizer.json</c>: how pieces become a text again. Knowing a step is one row here.</summary>
internal static class DecoderSteps
{
    private static readonly Dictionary<string, Func<JsonElement, Func<List<string>, List<string>>>> Rows = new()
    {
        ["ByteLevel"] = _ => pieces => [FromLetters(pieces)],
        ["ByteFallback"] = _ => FromBytePieces,
        ["Fuse"] = _ => pieces => [string.Concat(pieces)],
        ["Replace"] = step => Replacing(NormalizerSteps.Replacing(step)),
        ["Strip"] = step => Stripping(step.Text("content"), step.GetProperty("start").GetInt32(), step.GetProperty("stop").GetInt32()),
        ["Metaspace"] = step => FromMarks(step.Part("replacement")?.GetString() ?? "\u2581", step),
    };

    /// <summary>Reads it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="decoder">The decoder.</param>
    /// <param name="isByteLevel">Whether pieces are written in the letters of bytes, which is what a file without a
    /// decoder is read by.</param>
    /// <param name="fallsBackToBytes">Whether characters may be pieces of bytes, which are read whether the decoder says so or not.</param>
    /// <exception cref="TokenizerException">A step is not known.</exception>
    public static Func<List<string>, string> Read(string path, JsonElement? decoder, bool isByteLevel, bool fallsBackToBytes)
    {
        var steps = decoder?.Steps("decoders").Select(step => Rows.TryGetValue(step.Kind(), out var row)
            ? row(step)
            : throw new TokenizerException(
                path, $"the decoder {MessageText.Quote(step.GetRawText())} is not known; it must be of {string.Join(", ", Rows.Keys)}"))
                    .ToList()
            ?? (isByteLevel ? [pieces => [FromLetters(pieces)]] : []);
        if (fallsBackToBytes && decoder?.Steps("decoders").Any(step => step.Kind() == "ByteFallback") != true)
        {
            steps.Insert(0, FromBytePieces);
        }

        return pieces => string.Concat(steps.Aggregate(pieces, (before, step) => step(before)));
    }

    private static string FromLetters(List<string> pieces) =>
        Encoding.UTF8.GetString([.. pieces.SelectMany(piece => ByteLetters.Read(piece) ?? Encoding.UTF8.GetBytes(piece))]);

    /// <summary>Neighbouring pieces of bytes become the text that the bytes are.</summary>
    private static List<string> FromBytePieces(List<string> pieces)
    {
        var (texts, bytes) = (new List<string>(), new List<byte>());
        foreach (var piece in pieces)
        {
            if (ByteOf(piece) is { } value)
            {
                bytes.Add(value);
                continue;
            }

            Flush();
            texts.Add(piece);
        }

        Flush();
        return texts;

        void Flush()
        {
            if (bytes.Count > 0)
            {
                texts.Add(Encoding.UTF8.GetString([.. bytes]));
                bytes.Clear();
            }
        }
    }

    private static byte? ByteOf(string piece) =>
        piece.Length == 6 && piece.StartsWith("<0x", StringComparison.Ordinal) && piece[5] == '>'
        && byte.TryParse(piece.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static Func<List<string>, List<string>> Replacing(Func<string, string> replace) =>
        pieces => pieces.ConvertAll(piece => replace(piece));

    private static Func<List<string>, List<string>> Stripping(string content, int start, int stop) => pieces => pieces.ConvertAll(piece =>
    {
        for (var i = 0; i < start && content.Length > 0 && piece.StartsWith(content, StringComparison.Ordinal); i++)
        {
            piece = piece[content.Length..];
        }

        for (var i = 0; i < stop && content.Length > 0 && piece.EndsWith(content, StringComparison.Ordinal); i++)
        {
            piece = piece[..^content.Length];
        }

        return piece;
    });

    /// <summary>Marks become blanks again; the one that encoding puts before a text is left out.</summary>
    private static Func<List<string>, List<string>> FromMarks(string mark, JsonElement step)
    {
        var addsMark = step.Flag("add_prefix_space", otherwise: true) && step.Part("prepend_scheme")?.GetString() != "never";
        return pieces => [.. pieces.Select((piece, index) =>
        {
            var rest = index == 0 && addsMark && piece.StartsWith(mark, StringComparison.Ordinal) ? piece[mark.Length..] : piece;
            return rest.Replace(mark, " ", StringComparison.Ordinal);
        })];
    }
}
