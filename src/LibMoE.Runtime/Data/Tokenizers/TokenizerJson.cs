using System.Security.Cryptography;
using System.Text;
using LibMoE.Runtime.Data.Tokenizers;

namespace LibMoE.Runtime;

/// <summary>
/// A BPE as Hugging Face's library writes it, <c>tokenizer.json</c>: which pieces there are, in which order pairs are merged, how a text is
/// normalised and cut before that, and which id it starts with. Llama, Qwen, DeepSeek and OLMoE publish theirs so.
/// </summary>
public sealed class TokenizerJson : ITokenizer, IMarkedTokenizer
{
    /// <summary>The file's usual name.</summary>
    public const string FileName = "tokenizer.json";

    private readonly TokenizerJsonFile _file;
    private readonly Dictionary<string, int> _added;
    private readonly Dictionary<int, string> _pieces;
    private readonly TokenizerEnds _ends;

    private TokenizerJson(string path, byte[] bytes, TokenizerConfig? config, IReadOnlyList<TokenizerFile> companions)
    {
        _file = TokenizerJsonFile.Parse(path, bytes);
        _added = _file.Added.DistinctBy(piece => piece.Text).ToDictionary(piece => piece.Text, piece => piece.Id);
        _pieces = _file.Ids.DistinctBy(piece => piece.Value).ToDictionary(piece => piece.Value, piece => piece.Key);
        foreach (var (piece, id) in _added)
        {
            _pieces[id] = Letters(piece);
        }

        Vocabulary = _pieces.Keys.Max() + 1;
        var hash = Convert.ToHexStringLower(SHA256.HashData([.. "tokenizer.json, version 2"u8, .. SHA256.HashData(bytes)]));
        _ends = TokenizerEnds.Of(
            config, new(_file.Start, null, hash, [new TokenizerFile(FileName, bytes), .. companions]), IdOf, decides: false);
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
    public string Name => FileName;

    /// <inheritdoc />
    public IReadOnlyList<TokenizerFile> Files => _ends.Files;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The <c>tokenizer.json</c>.</param>
    /// <exception cref="TokenizerException">The file is not such a tokenizer, or of another kind than BPE.</exception>
    /// <exception cref="StorageException">The file cannot be read.</exception>
    public static TokenizerJson Load(string path) => Parse(path, DiskFiles.Instance.ReadAll(path));

    /// <summary>Reads the bytes of such a file; the path is for messages and the configuration beside it.</summary>
    internal static TokenizerJson Parse(string path, byte[] bytes) =>
        new(path, bytes, TokenizerConfig.Beside(path), TokenizerCompanions.Beside(path));

    /// <summary>Reads the bytes of such a file with those of its configuration and of what goes with it.</summary>
    internal static TokenizerJson Parse(string path, byte[] bytes, TokenizerConfig? config, IReadOnlyList<TokenizerFile> companions) =>
        new(path, bytes, config, companions);

    /// <inheritdoc />
    public int[] Encode(string text) => Ids(text, null);

    /// <inheritdoc />
    int[] IMarkedTokenizer.Encode(string text, Func<int, int, bool> isWords) => Ids(text, isWords);

    /// <inheritdoc />
    bool IMarkedTokenizer.IsMark(int id) => _file.Added.Any(piece => piece.Id == id && piece.IsSpecial);

    /// <inheritdoc />
    string? IMarkedTokenizer.TextOf(int id) => _pieces.TryGetValue(id, out var piece) ? _file.Decode([piece]) : null;

    private int[] Ids(string text, Func<int, int, bool>? isWords)
    {
        var ids = new List<int>();
        foreach (var (piece, id) in _file.Cuts.Of(WholeCharacters.Of(text), isWords))
        {
            if (id is { } added)
            {
                ids.Add(added);
            }
            else
            {
                ids.AddRange(_file.Model.Encode(piece));
            }
        }

        return [.. ids];
    }

    /// <inheritdoc />
    public string Decode(ReadOnlySpan<int> ids)
    {
        var pieces = new List<string>(ids.Length);
        foreach (var id in ids)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)Vocabulary, nameof(ids));
            if (id != Bos && _pieces.TryGetValue(id, out var piece))
            {
                pieces.Add(piece);
            }
        }

        return _file.Decode(pieces);
    }

    private int? IdOf(string piece) =>
        _added.TryGetValue(piece, out var added) ? added
        : _file.Ids.TryGetValue(Letters(piece), out var id) ? id
        : null;

    /// <summary>A piece as the vocabulary writes pieces.</summary>
    private string Letters(string piece) => _file.IsByteLevel ? ByteLetters.Write(Encoding.UTF8.GetBytes(piece)) : piece;
}
