using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace LibMoE.Runtime;

/// <summary>Cuts out special pieces as they stand, and the text between them by <see cref="GptSplit"/>.</summary>
/// <param name="special">The special pieces.</param>
internal sealed class GptPreTokenizer(IEnumerable<string> special) : PreTokenizer
{
    private readonly Regex? _special = special.OrderByDescending(piece => piece.Length).ThenBy(piece => piece, StringComparer.Ordinal).ToList() is { Count: > 0 } pieces
        ? new Regex(string.Join('|', pieces.Select(Regex.Escape)))
        : null;

    /// <inheritdoc />
    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
    {
        var start = 0;
        for (var match = _special?.Match(text); match is { Success: true }; match = match.NextMatch())
        {
            foreach (var word in GptSplit.Words(text, start, match.Index))
            {
                yield return word;
            }

            yield return (match.Index, match.Length);
            start = match.Index + match.Length;
        }

        foreach (var word in GptSplit.Words(text, start, text.Length))
        {
            yield return word;
        }
    }

    /// <inheritdoc />
    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => PreTokenize(text.ToString());
}
