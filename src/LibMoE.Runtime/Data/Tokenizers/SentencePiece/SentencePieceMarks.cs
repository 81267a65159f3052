namespace LibMoE.Runtime.Data.Tokenizers.SentencePiece;

/// <summary>
/// The marks of a SentencePiece vocabulary, as chat templates write them: pieces of the kind control, and those that the configuration
/// calls special. SentencePiece itself reads no control piece in a text; Hugging Face's tokenizers cut texts at them.
/// </summary>
internal sealed class SentencePieceMarks
{
    private readonly AddedPieces _pieces;
    private readonly HashSet<int> _ids;
    private readonly SentencePieceNormalizer _first;
    private readonly SentencePieceNormalizer _later;

    /// <param name="file">The vocabulary.</param>
    /// <param name="config">The configuration beside it; null for none.</param>
    public SentencePieceMarks(SentencePieceFile file, TokenizerConfig? config)
    {
        HashSet<string> special = [.. config?.Special ?? []];
        List<AddedPiece> marks =
        [
            .. file.Pieces.Index()
                .Where(piece => piece.Item.Kind == PieceKind.Control
                    || (piece.Item.Kind == PieceKind.UserDefined && special.Contains(piece.Item.Text)))
                .Select(piece => new AddedPiece(piece.Item.Text, piece.Index, IsSpecial: true)),
        ];
        _pieces = new AddedPieces(marks, text => text);
        _ids = [.. marks.Select(mark => mark.Id)];
        LargestAdded = config?.LargestAdded ?? -1;
        Symbols = new PieceFinder(file.Pieces.Index()
            .Where(piece => piece.Item.Kind == PieceKind.UserDefined && !_ids.Contains(piece.Index)).Select(piece => piece.Item.Text));
        _first = new SentencePieceNormalizer(file.Settings, Symbols);
        _later = config?.IsLegacy == false ? new SentencePieceNormalizer(file.Settings with { AddsBlank = false }, Symbols) : _first;
    }

    /// <summary>User-defined pieces that are no marks.</summary>
    public PieceFinder Symbols { get; }

    /// <summary>The largest id that the configuration adds; -1 for none.</summary>
    public int LargestAdded { get; }

    /// <summary>Whether an id is a mark.</summary>
    public bool Has(int id) => _ids.Contains(id);

    /// <summary>A text cut at its marks, but not within somebody's words; each part with how it is normalised.</summary>
    public IEnumerable<(string Text, int? Id, SentencePieceNormalizer Normalizer)> Of(string text, Func<int, int, bool> isWords) =>
        _pieces.Of(text, isWords).Select(part => (part.Part, part.Id, part.Begins ? _first : _later));
}
