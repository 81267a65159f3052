using System.Text;

namespace LibMoE.Runtime.Data.Tokenizers.Cuts;

/// <summary>
/// One UTF-16 unit for every code point of a text, so that .NET's expressions, which work on units, count and class code points. A code
/// point above U+FFFF becomes a surrogate unit that stands for all code points that are in the same sets of an expression: such units do
/// not occur otherwise in a text of whole characters.
/// </summary>
internal sealed class StandIns
{
    private const int FirstAbove = 0x10000;
    private const int Most = 0x800;
    private readonly int[] _starts;
    private readonly char[] _units;

    /// <param name="sets">All sets of the expression.</param>
    /// <exception cref="NotSupportedException">There are more kinds of code points than units.</exception>
    public StandIns(IReadOnlyList<CodePointSet> sets)
    {
        _starts = [.. sets.SelectMany(set => set.Ranges).SelectMany(range => new[] { range.First, range.Last + 1 })
            .Where(start => start is > FirstAbove and <= 0x10FFFF).Append(FirstAbove).Distinct().Order()];
        var kinds = new Dictionary<string, char>();
        _units = Array.ConvertAll(_starts, start =>
        {
            var kind = string.Concat(sets.Select(set => set.Contains(start) ? '1' : '0'));
            if (!kinds.TryGetValue(kind, out var unit))
            {
                unit = kinds.Count < Most
                    ? (char)(0xD800 + kinds.Count)
                    : throw new NotSupportedException("the expression tells too many kinds of characters apart");
                kinds.Add(kind, unit);
            }

            return unit;
        });
    }

    /// <summary>The units that stand for code points of a set.</summary>
    public IEnumerable<char> Of(CodePointSet set) =>
        _starts.Zip(_units).Where(kind => set.Contains(kind.First)).Select(kind => kind.Second).Distinct().Order();

    /// <summary>The text with one unit for each code point; halves of surrogate pairs become U+FFFD.</summary>
    public string Write(string text)
    {
        var units = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            units.Append(rune.IsBmp ? (char)rune.Value : Of(rune.Value));
        }

        return units.ToString();
    }

    private char Of(int codePoint)
    {
        var place = Array.BinarySearch(_starts, codePoint);
        return _units[place >= 0 ? place : ~place - 1];
    }
}
