using System.Text;

namespace LibMoE.Runtime.Data.Tokenizers.SentencePiece;

/// <summary>What SentencePiece does to a text before merging (its normalizer.cc): replaces characters, joins blanks, adds one,
/// writes them as ▁.</summary>
/// <param name="settings">The settings.</param>
/// <param name="symbols">User-defined pieces, which are left as they are.</param>
internal sealed class SentencePieceNormalizer(SentencePieceOptions settings, PieceFinder symbols)
{
    /// <summary>The normalised text.</summary>
    public string Of(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var (parts, at) = (new List<string>(), 0);
        while (at < utf8.Length)
        {
            var (length, part) = Next(utf8.AsSpan(at));
            parts.Add(part);
            at += length;
        }

        var content = settings.JoinsBlanks ? Joined(parts) : string.Concat(parts);
        if (content.Length == 0)
        {
            return "";
        }

        var blank = settings.AddsBlank ? settings.Blank : "";
        var written = (settings.BlankBehind ? "" : blank) + content.Replace(" ", settings.Blank, StringComparison.Ordinal);
        return (settings.JoinsBlanks ? written.TrimEnd(settings.Blank[0]) : written) + (settings.BlankBehind ? blank : "");
    }

    /// <summary>Blanks at the beginning left out, and several as one.</summary>
    private static string Joined(List<string> parts)
    {
        var (joined, afterBlank) = (new StringBuilder(), true);
        foreach (var part in parts)
        {
            var rest = afterBlank ? part.TrimStart(' ') : part;
            joined.Append(rest);
            afterBlank = rest.Length > 0 ? rest[^1] == ' ' : afterBlank;
        }

        return joined.ToString();
    }

    private (int Length, string Part) Next(ReadOnlySpan<byte> utf8)
    {
        var symbol = symbols.LengthAt(utf8);
        if (symbol > 0)
        {
            return (symbol, Encoding.UTF8.GetString(utf8[..symbol]));
        }

        if (settings.Map?.Find(utf8) is { Length: > 0 } replaced)
        {
            return (replaced.Length, Encoding.UTF8.GetString(replaced.Replacement.Span));
        }

        Rune.DecodeFromUtf8(utf8, out var rune, out var length);
        return (length, rune.ToString());
    }
}

/// <summary>Finds the longest of some pieces at the beginning of a text.</summary>
internal sealed class PieceFinder
{
    private readonly Dictionary<byte, byte[][]> _byFirst;

    /// <param name="pieces">The pieces, none of them empty.</param>
    public PieceFinder(IEnumerable<string> pieces) => _byFirst = pieces.Select(Encoding.UTF8.GetBytes).GroupBy(piece => piece[0])
        .ToDictionary(group => group.Key, group => group.OrderByDescending(piece => piece.Length).ToArray());

    /// <summary>The length, in bytes, of the longest piece that the text begins with; 0 where there is none.</summary>
    public int LengthAt(ReadOnlySpan<byte> utf8)
    {
        foreach (var piece in utf8.Length > 0 && _byFirst.TryGetValue(utf8[0], out var pieces) ? pieces : [])
        {
            if (utf8.StartsWith(piece))
            {
                return piece.Length;
            }
        }

        return 0;
    }
}
