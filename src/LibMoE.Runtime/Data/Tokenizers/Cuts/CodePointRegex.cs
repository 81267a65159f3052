using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LibMoE.Runtime.Data.Tokenizers.Cuts;

/// <summary>
/// A regular expression with the meaning that it has in tokenizer files: over code points and in the syntax of Oniguruma, which Hugging
/// Face's library uses. .NET's own expressions work on UTF-16 units, where a letter above U+FFFF is two signs.
/// </summary>
internal sealed class CodePointRegex
{
    private readonly Regex _expression;
    private readonly StandIns _standIns;

    /// <param name="pattern">The expression.</param>
    /// <exception cref="NotSupportedException">It is none, or has a part that is not known.</exception>
    public CodePointRegex(string pattern)
    {
        var parts = new PatternReader(pattern).Read();
        _standIns = new StandIns([.. parts.Select(part => part.Set).OfType<CodePointSet>()]);
        _expression = new Regex(
            string.Concat(parts.Select(part => part.Set is { } set ? Class(set) : part.Text)),
            RegexOptions.CultureInvariant | RegexOptions.Compiled);
    }

    /// <summary>The expression that matches a text as it stands.</summary>
    public static CodePointRegex Literal(string text) =>
        new(string.Concat(text.EnumerateRunes().Select(rune => $"\\x{{{rune.Value:X}}}")));

    /// <summary>Where it matches, from left to right without overlaps.</summary>
    public IEnumerable<(int Offset, int Length)> Matches(string text)
    {
        var hasPairs = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') >= 0;
        var units = hasPairs ? _standIns.Write(text) : text;
        var (unit, offset) = (0, 0);
        for (var match = _expression.Match(units); match.Success; match = match.NextMatch())
        {
            var start = To(match.Index);
            yield return (start, To(match.Index + match.Length) - start);
        }

        // Unit i is the code point i of the text.
        int To(int index)
        {
            for (; hasPairs && unit < index; unit++)
            {
                offset += char.IsSurrogatePair(text, offset) ? 2 : 1;
            }

            return hasPairs ? offset : index;
        }
    }

    private string Class(CodePointSet set)
    {
        var units = new StringBuilder("[");
        foreach (var (first, last) in set.Ranges.Where(range => range.First <= char.MaxValue))
        {
            Append(first, Math.Min(last, 0xD7FF));
            Append(Math.Max(first, 0xE000), Math.Min(last, char.MaxValue));
        }

        foreach (var unit in _standIns.Of(set))
        {
            Append(unit, unit);
        }

        return units.Length == 1 ? "(?!)" : units.Append(']').ToString();

        void Append(int first, int last) =>
            _ = first <= last ? units.Append(CultureInfo.InvariantCulture, $"\\u{first:X4}-\\u{last:X4}") : units;
    }
}
