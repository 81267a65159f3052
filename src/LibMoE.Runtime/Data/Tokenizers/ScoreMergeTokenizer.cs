using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LibMoE.Runtime.Data.Tokenizers;
using LibMoE.Runtime.Data.Tokenizers.Merging;

namespace LibMoE.Runtime;

/// <summary>
/// A vocabulary of scored pieces, as SentencePiece trains and llama2.c stores: a text starts as single characters after one blank,
/// and the adjacent pair whose union has the highest score is merged, the leftmost on a tie, until no union is a piece.
/// A character that is no piece becomes its UTF-8 bytes.
/// </summary>
public sealed class ScoreMergeTokenizer : ITokenizer
{
    private const int StartId = 1;
    private const int EndId = 2;
    private const int FirstByteId = 3;

    /// <summary>The id of the first piece that is neither a byte nor unknown, start or end.</summary>
    internal const int FirstPiece = FirstByteId + 256;

    private readonly byte[][] _pieces;
    private readonly Dictionary<string, int> _ids = [];
    private readonly PairMerge _merge;

    private ScoreMergeTokenizer(byte[][] pieces, float[] scores, TokenizerFile file, IReadOnlyList<TokenizerFile> companions)
    {
        (_pieces, Scores, Name, Files) = (pieces, scores, file.Name, [file, .. companions]);
        Hash = Convert.ToHexStringLower(SHA256.HashData(file.Bytes.Span));
        for (var id = pieces.Length - 1; id >= 0; id--)
        {
            _ids[Encoding.Latin1.GetString(pieces[id])] = id;
        }

        var ranks = PieceUnions.RanksOf(scores);
        _merge = new PairMerge(PieceUnions.Of(_ids, _ids, id => ranks[id]));
    }

    /// <inheritdoc />
    public int Vocabulary => _pieces.Length;

    /// <inheritdoc />
    public int? Bos => StartId;

    /// <inheritdoc />
    public string Hash { get; }

    /// <summary>The pieces by id, blanks as they are.</summary>
    internal IReadOnlyList<byte[]> Pieces => _pieces;

    /// <summary>Their scores.</summary>
    internal IReadOnlyList<float> Scores { get; }

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    public IReadOnlyList<TokenizerFile> Files { get; }

    /// <summary>Reads llama2.c's <c>tokenizer.bin</c>: the longest piece's length, then per piece score, length and bytes.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TokenizerException">The file is not such a vocabulary.</exception>
    /// <exception cref="StorageException">The file cannot be read.</exception>
    public static ScoreMergeTokenizer Load(string path) =>
        Parse(path, DiskFiles.Instance.ReadAll(path), TokenizerCompanions.Beside(path));

    /// <summary>Reads the bytes of such a file.</summary>
    /// <param name="path">Its path, for messages; its last part names the file.</param>
    /// <param name="bytes">What is in it.</param>
    /// <param name="companions">Files that go with it; null for none.</param>
    /// <exception cref="TokenizerException">They are not such a vocabulary.</exception>
    internal static ScoreMergeTokenizer Parse(string path, byte[] bytes, IReadOnlyList<TokenizerFile>? companions = null)
    {
        var (pieces, scores) = (new List<byte[]>(), new List<float>());
        var rest = bytes.AsSpan(Math.Min(4, bytes.Length));
        while (rest.Length > 0)
        {
            var length = rest.Length < 8 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(rest[4..]);
            if (length < 0 || length > rest.Length - 8)
            {
                throw new TokenizerException(path, $"piece {pieces.Count} of the vocabulary runs past the end of the file");
            }

            scores.Add(BinaryPrimitives.ReadSingleLittleEndian(rest));
            pieces.Add(rest.Slice(8, length).ToArray());
            rest = rest[(8 + length)..];
        }

        if (pieces.Count < FirstByteId + 256)
        {
            throw new TokenizerException(
                path,
                $"a vocabulary needs at least {FirstByteId + 256} pieces, for unknown, start, end and the bytes; this has {pieces.Count}");
        }

        return new ScoreMergeTokenizer([.. pieces], [.. scores], new TokenizerFile(Path.GetFileName(path), bytes), companions ?? []);
    }

    /// <inheritdoc />
    public int[] Encode(string text)
    {
        if (text.Length == 0)
        {
            return [];
        }

        var ids = new List<int>(text.Length + 1);
        AddCharacter(ids, [(byte)' ']);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            AddCharacter(ids, utf8[..rune.EncodeToUtf8(utf8)]);
        }

        return _merge.Run(ids);
    }

    /// <inheritdoc />
    public string Decode(ReadOnlySpan<int> ids)
    {
        var bytes = new List<byte>();
        foreach (var id in ids)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)Vocabulary, nameof(ids));
            if (id is not (StartId or EndId))
            {
                bytes.AddRange(IsByte(id, out var value) ? [value] : _pieces[id]);
            }
        }

        var text = Encoding.UTF8.GetString([.. bytes]);
        return text.StartsWith(' ') ? text[1..] : text;
    }

    /// <summary>Byte pieces are written &lt;0x0A&gt;.</summary>
    private bool IsByte(int id, out byte value)
    {
        value = 0;
        var piece = _pieces[id];
        return piece.Length == 6 && piece[0] == '<' && piece[5] == '>' && piece[1] == '0' && piece[2] == 'x'
            && byte.TryParse(
                Encoding.ASCII.GetString(piece, 3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private void AddCharacter(List<int> ids, ReadOnlySpan<byte> utf8)
    {
        if (_ids.TryGetValue(Encoding.Latin1.GetString(utf8), out var id))
        {
            ids.Add(id);
            return;
        }

        foreach (var value in utf8)
        {
            ids.Add(FirstByteId + value);
        }
    }
}
