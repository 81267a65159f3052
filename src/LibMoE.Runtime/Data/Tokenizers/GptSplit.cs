using System.Globalization;
using System.Text;

namespace LibMoE.Runtime.Data.Tokenizers;

/// <summary>
/// How GPT-2 cuts a text before it merges (Radford et al. 2019): contractions, words, numbers and signs, each with a blank before it, and
/// white space. No piece reaches over a cut. The rule is <c>'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>
/// over characters; .NET's expressions see the halves of characters above U+FFFF and would take letters there for signs.
/// </summary>
internal static class GptSplit
{
    private static readonly string[] Contractions = ["'s", "'d", "'m", "'t", "'ll", "'ve", "'re"];

    private enum Kind
    {
        Space,
        Letter,
        Number,
        Sign,
    }

    /// <summary>The words of a text: they follow one another without a gap.</summary>
    public static IEnumerable<(int Offset, int Length)> Words(string text) => Words(text, 0, text.Length);

    /// <summary>The words of a part of a text, as if there were no more.</summary>
    public static IEnumerable<(int Offset, int Length)> Words(string text, int start, int end)
    {
        while (start < end)
        {
            var stop = Next(text.AsSpan(start, end - start));
            yield return (start, stop);
            start += stop;
        }
    }

    private static int Next(ReadOnlySpan<char> text)
    {
        foreach (var contraction in Contractions)
        {
            if (text.StartsWith(contraction, StringComparison.Ordinal))
            {
                return contraction.Length;
            }
        }

        var blank = text[0] == ' ' && text.Length > 1 ? 1 : 0;
        var kind = KindOf(text[blank..], out _);
        if (kind != Kind.Space)
        {
            return blank + Run(text[blank..], kind);
        }

        // The last of several spaces before something else goes with that, or stands alone.
        var spaces = Run(text, Kind.Space);
        return spaces == text.Length || spaces == 1 ? spaces : spaces - 1;
    }

    private static int Run(ReadOnlySpan<char> text, Kind kind)
    {
        var length = 0;
        while (length < text.Length && KindOf(text[length..], out var character) == kind)
        {
            length += character;
        }

        return length;
    }

    private static Kind KindOf(ReadOnlySpan<char> text, out int length)
    {
        Rune.DecodeFromUtf16(text, out var rune, out length);
        return Rune.IsWhiteSpace(rune) ? Kind.Space
            : Rune.IsLetter(rune) ? Kind.Letter
            : Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber
                or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber
            ? Kind.Number
            : Kind.Sign;
    }
}
