using System.Text;
using System.Text.RegularExpressions;
using LibMoE.Runtime.Data.Tokenizers.Cuts;

namespace LibMoE.Runtime.Data.Tokenizers;

/// <summary>
/// Finds pieces in a text as they stand, the leftmost first and the longest of those that begin together (Hugging Face tokenizers,
/// AddedVocabulary): first the literal ones, then, in what lies between and is normalised, the others.
/// </summary>
internal sealed class AddedPieces
{
    private readonly IReadOnlyList<AddedPiece> _pieces;
    private readonly Func<string, string> _normalize;
    private readonly Dictionary<string, AddedPiece> _literal;
    private readonly Dictionary<string, AddedPiece> _normalized;
    private readonly Regex? _literalExpression;
    private readonly Regex? _normalizedExpression;
    private AddedPieces? _outsideWords;

    /// <param name="pieces">The pieces.</param>
    /// <param name="normalize">What is done to texts, and to pieces that are looked for in normalised text.</param>
    public AddedPieces(IReadOnlyList<AddedPiece> pieces, Func<string, string> normalize)
    {
        (_pieces, _normalize, _literal, _normalized) = (pieces, normalize, [], []);
        foreach (var piece in pieces)
        {
            var text = piece.IsNormalized ? normalize(piece.Text) : piece.Text;
            if (text.Length > 0)
            {
                (piece.IsNormalized ? _normalized : _literal)[text] = piece;
            }
        }

        (_literalExpression, _normalizedExpression) = (Expression(_literal.Keys), Expression(_normalized.Keys));
    }

    /// <summary>Pieces that are found as they stand, without any options.</summary>
    public static AddedPieces Literal(IReadOnlyDictionary<string, int> ids) =>
        new([.. ids.Select(piece => new AddedPiece(piece.Key, piece.Value, IsSpecial: true))], text => text);

    /// <summary>The parts of a text in which special pieces are found outside of somebody's words only. All special ones are looked for as
    /// they stand: where a place is after normalising is not known.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isWords">Whether any character from one place up to another is of such words.</param>
    public IEnumerable<(string Part, int? Id, bool Begins)> Of(string text, Func<int, int, bool> isWords)
    {
        _outsideWords ??= _pieces.Any(piece => piece is { IsSpecial: true, IsNormalized: true })
            ? new AddedPieces([.. _pieces.Select(piece => piece.IsSpecial ? piece with { IsNormalized = false } : piece)], _normalize)
            : this;
        return _outsideWords.Parts(text, isWords);
    }

    /// <summary>The parts of a text in order, none of them empty: added pieces with their ids, and normalised text between them.</summary>
    public IEnumerable<(string Part, int? Id, bool Begins)> Of(string text) => Parts(text, null);

    private IEnumerable<(string Part, int? Id, bool Begins)> Parts(string text, Func<int, int, bool>? isWords)
    {
        foreach (var (part, id, offset) in Find(text, _literalExpression, _literal, isWords))
        {
            if (id is not null)
            {
                yield return (part, id, offset == 0);
                continue;
            }

            foreach (var (inner, innerId, innerOffset) in Find(_normalize(part), _normalizedExpression, _normalized, null))
            {
                yield return (inner, innerId, offset == 0 && innerOffset == 0);
            }
        }
    }

    private static IEnumerable<(string Part, int? Id, int Offset)> Find(
        string text, Regex? expression, Dictionary<string, AddedPiece> pieces, Func<int, int, bool>? isWords)
    {
        var (done, next) = (0, 0);
        for (var match = expression?.Match(text); match is { Success: true }; match = expression!.Match(text, next))
        {
            var (piece, start, end) = (pieces[match.Value], match.Index, match.Index + match.Length);
            next = end;
            if (piece.IsSpecial && isWords?.Invoke(start, end) == true)
            {
                next = start + 1;
                continue;
            }

            if (start < done || (piece.IsWholeWord && (EndsWithWord(text.AsSpan(0, start)) || BeginsWithWord(text.AsSpan(end)))))
            {
                continue;
            }

            start = piece.TakesBlanksBefore ? Math.Max(done, text.AsSpan(0, start).TrimEnd().Length) : start;
            end = piece.TakesBlanksBehind ? text.Length - text.AsSpan(end).TrimStart().Length : end;
            if (start > done)
            {
                yield return (text[done..start], null, done);
            }

            yield return (text[start..end], piece.Id, start);
            done = end;
        }

        if (done < text.Length)
        {
            yield return (text[done..], null, done);
        }
    }

    private static bool BeginsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == default && UnicodeSets.RustWord.Contains(rune.Value);

    private static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == default && UnicodeSets.RustWord.Contains(rune.Value);

    private static Regex? Expression(Dictionary<string, AddedPiece>.KeyCollection pieces) => pieces.Count == 0
        ? null
        : new Regex(
            string.Join(
                '|', pieces.OrderByDescending(piece => piece.Length).ThenBy(piece => piece, StringComparer.Ordinal).Select(Regex.Escape)),
            RegexOptions.CultureInvariant);
}

/// <summary>A piece that is found in a text as it stands.</summary>
/// <param name="Text">The piece.</param>
/// <param name="Id">Its id.</param>
/// <param name="IsNormalized">Whether it is looked for in normalised text.</param>
/// <param name="IsWholeWord">Whether letters must not touch it (<c>single_word</c>).</param>
/// <param name="TakesBlanksBefore">Whether white space before it goes with it (<c>lstrip</c>).</param>
/// <param name="TakesBlanksBehind">Whether white space after it goes with it (<c>rstrip</c>).</param>
/// <param name="IsSpecial">Whether it is a mark and no word (<c>special</c>).</param>
internal sealed record AddedPiece(
    string Text, int Id, bool IsNormalized = false, bool IsWholeWord = false, bool TakesBlanksBefore = false,
    bool TakesBlanksBehind = false, bool IsSpecial = false);
