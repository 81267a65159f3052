using System.Globalization;

namespace LibMoE.Runtime.Data.Tokenizers.Merging;

/// <summary>Byte-pair encoding of words by a list of merges (Sennrich et al. 2016), with the options that Hugging Face's
/// library has for it.</summary>
internal sealed class BpeModel
{
    private readonly IReadOnlyDictionary<string, int> _ids;
    private readonly Dictionary<int, int> _characters;
    private readonly BpeModelOptions _options;
    private readonly PairMerge _merge;
    private readonly int[]? _bytes;
    private readonly WordCache _words;

    /// <param name="ids">The id of every piece.</param>
    /// <param name="merges">The pairs of pieces whose union is a piece, best first; of a pair that is there twice the
    /// last place counts.</param>
    /// <param name="options">The options.</param>
    public BpeModel(IReadOnlyDictionary<string, int> ids, IEnumerable<(string Left, string Right)> merges, BpeModelOptions options)
    {
        (_ids, _options) = (ids, options);
        _characters = ids.Where(piece => IsOneCharacter(piece.Key))
            .ToDictionary(piece => char.ConvertToUtf32(piece.Key, 0), piece => piece.Value);
        var unions = new Dictionary<(int Left, int Right), PieceUnion>();
        foreach (var (rank, (left, right)) in merges.Index())
        {
            unions[(ids[left], ids[right])] = new PieceUnion(ids[left + right], rank);
        }

        _merge = new PairMerge(unions);
        _bytes = options.FallsBackToBytes
            ? [.. Enumerable.Range(0, 256).Select(value => ids.GetValueOrDefault(BytePiece(value), -1))]
            : null;
        _words = new WordCache(word => Merge(word, out _));
    }

    /// <summary>The piece of a byte in vocabularies that are not over bytes.</summary>
    public static string BytePiece(int value) => $"<0x{value.ToString("X2", CultureInfo.InvariantCulture)}>";

    /// <summary>The ids of a word.</summary>
    public int[] Encode(string word) => _words.Of(word);

    /// <summary>As <see cref="Encode"/>, counting how many pairs were looked at.</summary>
    internal int[] Merge(string word, out long looks)
    {
        looks = 0;
        return _options.TakesWholePieces && _ids.TryGetValue(word, out var whole)
            ? [whole]
            : _merge.Run(Start(word), isFixed: null, out looks);
    }

    /// <summary>One id for each character, or those of its bytes, or the unknown one.</summary>
    private List<int> Start(string word)
    {
        var (ids, afterUnknown) = (new List<int>(word.Length), false);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in word.EnumerateRunes())
        {
            if (_characters.TryGetValue(rune.Value, out var id))
            {
                ids.Add(id);
                afterUnknown = false;
                continue;
            }

            var bytes = utf8[..rune.EncodeToUtf8(utf8)];
            if (_bytes is not null && HasAll(bytes))
            {
                foreach (var value in bytes)
                {
                    ids.Add(_bytes[value]);
                }

                afterUnknown = false;
            }
            else if (_options.Unknown is { } unknown && !(afterUnknown && _options.JoinsUnknown))
            {
                ids.Add(unknown);
                afterUnknown = true;
            }
        }

        return ids;
    }

    private bool HasAll(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (_bytes![value] < 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsOneCharacter(string piece) =>
        piece.Length == 1 ? !char.IsSurrogate(piece[0]) : piece.Length == 2 && char.IsSurrogatePair(piece, 0);
}

/// <summary>Options of <see cref="BpeModel"/>.</summary>
/// <param name="TakesWholePieces">Whether a word that is a piece is taken as it is, whatever the merges say.</param>
/// <param name="FallsBackToBytes">Whether a character that is not a piece becomes the pieces of its bytes.</param>
/// <param name="Unknown">The id of a character that is not a piece otherwise; null where it is left out.</param>
/// <param name="JoinsUnknown">Whether neighbouring unknown characters get one id together.</param>
internal sealed record BpeModelOptions(
    bool TakesWholePieces = false, bool FallsBackToBytes = false, int? Unknown = null, bool JoinsUnknown = false);
