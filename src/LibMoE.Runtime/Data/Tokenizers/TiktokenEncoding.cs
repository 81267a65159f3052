using System.Security.Cryptography;
using System.Text;
using LibMoE.Runtime.Data.Tokenizers;
using LibMoE.Runtime.Data.Tokenizers.Merging;

namespace LibMoE.Runtime;

/// <summary>A published encoding of tiktoken, whose pieces come with this program.</summary>
public sealed class TiktokenEncoding : ITokenizer
{
    private readonly TextCuts _cuts;
    private readonly WordCache _words;
    private readonly Dictionary<int, byte[]> _bytes;

    private TiktokenEncoding(TiktokenRow row)
    {
        (Name, Vocabulary) = (row.Name, row.Vocabulary);
        Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"tiktoken {row.Name}, version 2")));
        var ids = row.ReadPieces();
        var merge = new PairMerge(PieceUnions.Of(ids, ids, id => id));
        int[] bytes = [.. Enumerable.Range(0, 256).Select(value => ids[((char)value).ToString()])];
        _words = new WordCache(word => ids.TryGetValue(word, out var whole) ? [whole] : merge.Run([.. word.Select(value => bytes[value])]));
        _cuts = new TextCuts(AddedPieces.Literal(row.Special), [row.MakeCut()]);
        _bytes = ids.ToDictionary(piece => piece.Value, piece => Encoding.Latin1.GetBytes(piece.Key));
        foreach (var (piece, id) in row.Special)
        {
            _bytes[id] = Encoding.UTF8.GetBytes(piece);
        }
    }

    /// <summary>The encodings that there are.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. TiktokenRow.All.Select(row => row.Name)];

    /// <summary>V: the highest id and one. Ids that the encoding leaves free count, as an embedding has a row for each.</summary>
    public int Vocabulary { get; }

    /// <inheritdoc />
    public int? Bos => null;

    /// <inheritdoc />
    public string Hash { get; }

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    public IReadOnlyList<TokenizerFile> Files => [];

    /// <summary>Makes an encoding.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static TiktokenEncoding Create(string name) => new(TiktokenRow.All.Single(row => row.Name == name));

    /// <inheritdoc />
    public int[] Encode(string text) => [.. _cuts.Of(WholeCharacters.Of(text)).SelectMany(
        piece => piece.Id is { } id ? [id] : _words.Of(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(piece.Piece))))];

    /// <inheritdoc />
    public string Decode(ReadOnlySpan<int> ids)
    {
        var bytes = new List<byte>();
        foreach (var id in ids)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)Vocabulary, nameof(ids));
            bytes.AddRange(_bytes.GetValueOrDefault(id) ?? []);
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
