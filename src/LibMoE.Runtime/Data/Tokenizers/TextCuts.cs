namespace LibMoE.Runtime.Data.Tokenizers;

/// <summary>Cuts a text before pairs are merged: first at added pieces, which stand for themselves, then by one cut
/// after the other.</summary>
/// <param name="added">Pieces that are found as they stand.</param>
/// <param name="cuts">The cuts, each of what the one before left whole.</param>
internal sealed class TextCuts(AddedPieces added, IReadOnlyList<PieceCut> cuts)
{
    /// <summary>The pieces in order; an added one with its id.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isWords">Whether any character from one place up to another is of words in which no special piece is read; null reads
    /// them everywhere.</param>
    public IEnumerable<(string Piece, int? Id)> Of(string text, Func<int, int, bool>? isWords = null)
    {
        foreach (var (part, id, begins) in isWords is null ? added.Of(text) : added.Of(text, isWords))
        {
            if (id is not null)
            {
                yield return (part, id);
                continue;
            }

            IEnumerable<TextPiece> pieces = [new(part, begins)];
            foreach (var cut in cuts)
            {
                pieces = pieces.SelectMany(piece => cut(piece));
            }

            foreach (var piece in pieces)
            {
                yield return (piece.Text, null);
            }
        }
    }
}

/// <summary>A piece in, its pieces in order out.</summary>
internal delegate IEnumerable<TextPiece> PieceCut(TextPiece piece);

/// <summary>A piece of a text.</summary>
/// <param name="Text">The piece.</param>
/// <param name="Begins">Whether the text begins with it.</param>
internal readonly record struct TextPiece(string Text, bool Begins);
