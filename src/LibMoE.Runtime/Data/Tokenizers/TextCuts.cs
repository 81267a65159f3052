using System.Text.RegularExpressions;

namespace LibMoE.Runtime;

/// <summary>
/// Cuts a text before pairs are merged: first at added pieces, which stand for themselves, then by one cut after the other.
/// </summary>
internal sealed class TextCuts
{
    private readonly Regex? _added;
    private readonly IReadOnlyList<PieceCut> _cuts;

    /// <param name="added">Pieces that are found as they stand, the longest first.</param>
    /// <param name="cuts">The cuts, each of what the one before left whole.</param>
    public TextCuts(IEnumerable<string> added, IReadOnlyList<PieceCut> cuts)
    {
        var longestFirst = added.OrderByDescending(piece => piece.Length).Select(Regex.Escape).ToList();
        _added = longestFirst.Count > 0 ? new Regex(string.Join('|', longestFirst), RegexOptions.CultureInvariant) : null;
        _cuts = cuts;
    }

    /// <summary>What an expression matches and what lies between matches are pieces of their own.</summary>
    public static PieceCut By(Regex expression) => text => Isolate(expression, text).Select(entry => entry.Part);

    /// <summary>As <see cref="GptSplit"/> cuts.</summary>
    public static IEnumerable<string> ByWords(string text) => GptSplit.Words(text).Select(word => text.Substring(word.Offset, word.Length));

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
                pieces = pieces.SelectMany(piece => cut(piece));
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

/// <summary>A text in, its pieces in order out.</summary>
internal delegate IEnumerable<string> PieceCut(string text);
