using System.Text.RegularExpressions;

namespace LibMoE.Runtime;

/// <summary>
/// Cuts a text before pairs are merged: first at added pieces, which stand for themselves, then by one expression after the other. What
/// an expression matches and what lies between matches are pieces of their own.
/// </summary>
internal sealed class TextCuts
{
    private readonly Regex? _added;
    private readonly IReadOnlyList<Regex> _cuts;

    /// <param name="added">Pieces that are found as they stand, the longest first.</param>
    /// <param name="cuts">The expressions.</param>
    public TextCuts(IEnumerable<string> added, IReadOnlyList<Regex> cuts)
    {
        var longestFirst = added.OrderByDescending(piece => piece.Length).Select(Regex.Escape).ToList();
        _added = longestFirst.Count > 0 ? new Regex(string.Join('|', longestFirst), RegexOptions.CultureInvariant) : null;
        _cuts = cuts;
    }

    /// <summary>The pieces in order.</summary>
    public IEnumerable<(string Piece, bool IsAdded)> Of(string text)
    {
        foreach (var (part, isAdded) in _added is null ? [(text, false)] : Isolate(_added, text))
        {
            if (isAdded)
            {
                yield return (part, true);
                continue;
            }

            IEnumerable<string> pieces = [part];
            foreach (var cut in _cuts)
            {
                pieces = pieces.SelectMany(piece => Isolate(cut, piece).Select(entry => entry.Part));
            }

            foreach (var piece in pieces)
            {
                yield return (piece, false);
            }
        }
    }

    private static IEnumerable<(string Part, bool IsMatch)> Isolate(Regex expression, string text)
    {
        var done = 0;
        foreach (Match match in expression.Matches(text))
        {
            if (match.Index > done)
            {
                yield return (text[done..match.Index], false);
            }

            if (match.Length > 0)
            {
                yield return (match.Value, true);
            }

            done = match.Index + match.Length;
        }

        if (done < text.Length)
        {
            yield return (text[done..], false);
        }
    }
}
