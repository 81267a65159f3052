using System.Security.Cryptography;
using System.Text;
using LibMoE.Runtime.Data.Tokenizers;
using LibMoE.Runtime.Data.Tokenizers.Cuts;
using LibMoE.Runtime.Data.Tokenizers.Merging;

namespace LibMoE.Runtime;

/// <summary>
/// Byte-pair encoding over bytes as GPT-2 has it (Sennrich et al. 2016, Radford et al. 2019), from its two files: <c>vocab.json</c> gives
/// every piece its id, <c>merges.txt</c> the pairs in the order in which they are merged. Pieces named <c>&lt;|…|&gt;</c> are never
/// merged: they are found in the text as they stand.
/// </summary>
public sealed class ByteLevelBpe : ITokenizer, IMarkedTokenizer
{
    private readonly BpeModel _model;
    private readonly TextCuts _cuts;
    private readonly Dictionary<int, byte[]> _bytes;
    private readonly HashSet<int> _marks;
    private readonly TokenizerEnds _ends;

    private ByteLevelBpe(
        BpeVocabulary vocabulary, TokenizerConfig? config, string name, IReadOnlyList<TokenizerFile> companions)
    {
        (Name, Vocabulary) = (name, vocabulary.Ids.Count);
        var hash = Convert.ToHexStringLower(SHA256.HashData(
            [.. "byte-level BPE, version 1"u8, .. vocabulary.Files.SelectMany(file => SHA256.HashData(file.Bytes.Span))]));
        _ends = TokenizerEnds.Of(
            config, new(null, null, hash, [.. vocabulary.Files, .. companions]),
            piece => vocabulary.Ids.TryGetValue(piece, out var id) ? id : null,
            decides: true);
        _marks = [.. vocabulary.Special.Values];
        _model = new BpeModel(vocabulary.Ids, vocabulary.Merges, new BpeModelOptions());
        _cuts = new TextCuts(AddedPieces.Literal(vocabulary.Special), [ByteLevelCut.Of(addsBlank: false, byWords: true)]);
        _bytes = vocabulary.Ids.ToDictionary(
            piece => piece.Value,
            piece => (vocabulary.Special.ContainsKey(piece.Key) ? null : ByteLetters.Read(piece.Key)) ?? Encoding.UTF8.GetBytes(piece.Key));
    }

    /// <inheritdoc />
    public int Vocabulary { get; }

    /// <inheritdoc />
    public int? Bos => _ends.Bos;

    /// <inheritdoc />
    public int? Eos => _ends.Eos;

    /// <inheritdoc />
    public string Hash => _ends.Hash;

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    public IReadOnlyList<TokenizerFile> Files => _ends.Files;

    /// <summary>Reads a vocabulary.</summary>
    /// <param name="path">The <c>vocab.json</c>; the merges lie beside it as <c>merges.txt</c>, or with <c>merges</c> for <c>vocab</c>
    /// in the name.</param>
    /// <exception cref="TokenizerException">A file is not what it should be.</exception>
    /// <exception cref="StorageException">A file cannot be read.</exception>
    public static ByteLevelBpe Load(string path) => Load(DiskFiles.Instance, path);

    /// <summary>Trains a vocabulary: beginning with the 256 bytes, the pair of neighbouring pieces that occurs most often becomes a
    /// piece, again and again.</summary>
    /// <param name="texts">What it is trained on.</param>
    /// <param name="pieces">How many pieces it has, the bytes included.</param>
    /// <exception cref="ConfigurationException">The texts give fewer pieces that occur twice.</exception>
    /// <exception cref="TokenizerException">Pieces and merges do not belong together.</exception>
    public static ByteLevelBpe Train(IEnumerable<string> texts, int pieces) => BpeTrainer.Train(texts, pieces);

    internal static ByteLevelBpe Load(IRunFiles files, string path)
    {
        var merges = MergesBeside(files, path);
        return Parse(
            path, files.ReadAll(path), merges, files.ReadAll(merges), TokenizerConfig.Beside(path), TokenizerCompanions.Beside(path));
    }

    /// <summary>Reads the bytes of both files; the paths are for messages.</summary>
    internal static ByteLevelBpe Parse(
        string vocabularyPath, byte[] vocabulary, string mergesPath, byte[] merges, TokenizerConfig? config = null,
        IReadOnlyList<TokenizerFile>? companions = null) =>
        new(BpeVocabulary.Parse(vocabularyPath, vocabulary, mergesPath, merges), config, "vocab.json", companions ?? []);

    /// <inheritdoc />
    public int[] Encode(string text) => Ids(text, null);

    /// <inheritdoc />
    int[] IMarkedTokenizer.Encode(string text, Func<int, int, bool> isWords) => Ids(text, isWords);

    /// <inheritdoc />
    bool IMarkedTokenizer.IsMark(int id) => _marks.Contains(id);

    /// <inheritdoc />
    string? IMarkedTokenizer.TextOf(int id) => _bytes.TryGetValue(id, out var bytes) ? Encoding.UTF8.GetString(bytes) : null;

    /// <inheritdoc />
    public string Decode(ReadOnlySpan<int> ids)
    {
        var bytes = new List<byte>();
        foreach (var id in ids)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)Vocabulary, nameof(ids));
            bytes.AddRange(_bytes[id]);
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private int[] Ids(string text, Func<int, int, bool>? isWords) =>
        [.. _cuts.Of(WholeCharacters.Of(text), isWords).SelectMany(piece => piece.Id is { } id ? [id] : _model.Encode(piece.Piece))];

    private static string MergesBeside(IRunFiles files, string path)
    {
        var (folder, name) = (Path.GetDirectoryName(path) ?? "", Path.GetFileName(path));
        string[] candidates =
            [.. new[] { "merges.txt", Path.ChangeExtension(name.Replace("vocab", "merges", StringComparison.Ordinal), ".txt") }
                .Select(candidate => Path.Combine(folder, candidate))];
        return candidates.FirstOrDefault(candidate => files.Find(candidate) is not null)
            ?? throw new TokenizerException(
                path, $"there is no {string.Join(" or ", candidates.Distinct().Select(Path.GetFileName))} beside it");
    }
}
