using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace LibMoE.Runtime;

/// <summary>
/// A byte-level BPE as Hugging Face's library writes it, <c>tokenizer.json</c>: which pieces there are, in which order pairs are merged, how
/// a text is cut before that, and which id it starts with. Llama 3, Qwen and OLMoE publish theirs so.
/// </summary>
public sealed class TokenizerJson : ITokenizer
{
    /// <summary>The file's usual name.</summary>
    public const string FileName = "tokenizer.json";

    private readonly TokenizerJsonFile _file;
    private readonly BpeTokenizer _merger;
    private readonly Dictionary<int, byte[]> _bytes;
    private readonly TextCuts _cuts;
    private readonly TokenizerEnds _ends;

    private TokenizerJson(string path, byte[] bytes)
    {
        _file = TokenizerJsonFile.Parse(path, bytes);
        _cuts = new TextCuts(_file.Added.Keys, _file.Cuts);
        _merger = BpeTokenizer.Create(new BpeOptions(_file.Ids) { ByteLevel = true, Merges = _file.Merges });
        _bytes = _file.Ids.ToDictionary(piece => piece.Value, piece => ByteLetters.Read(piece.Key) ?? []);
        foreach (var (piece, id) in _file.Added)
        {
            _bytes[id] = Encoding.UTF8.GetBytes(piece);
        }

        Vocabulary = _bytes.Keys.Max() + 1;
        var hash = Convert.ToHexStringLower(SHA256.HashData([.. "tokenizer.json, version 1"u8, .. SHA256.HashData(bytes)]));
        _ends = TokenizerEnds.Of(TokenizerConfig.Beside(path), new(_file.Start, null, hash, [new TokenizerFile(FileName, bytes)]), _file.IdOf, decides: false);
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
    /// <exception cref="TokenizerException">The file is not such a tokenizer, or of another kind than byte-level BPE.</exception>
    /// <exception cref="StorageException">The file cannot be read.</exception>
    public static TokenizerJson Load(string path) => new(path, DiskFiles.Instance.ReadAll(path));

    /// <inheritdoc />
    public int[] Encode(string text)
    {
        var ids = new List<int>();
        foreach (var (piece, isAdded) in _cuts.Of(_file.ComposesCharacters ? text.Normalize(NormalizationForm.FormC) : text))
        {
            if (isAdded)
            {
                ids.Add(_file.Added[piece]);
            }
            else if (_file.TakesWholePieces && _file.Ids.TryGetValue(ByteLetters.Write(Encoding.UTF8.GetBytes(piece)), out var whole))
            {
                ids.Add(whole);
            }
            else
            {
                ids.AddRange(_merger.EncodeToIds(piece, considerPreTokenization: false, considerNormalization: false));
            }
        }

        return [.. ids];
    }

    /// <inheritdoc />
    public string Decode(ReadOnlySpan<int> ids)
    {
        var bytes = new List<byte>();
        foreach (var id in ids)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)Vocabulary, nameof(ids));
            if (id != Bos && _bytes.TryGetValue(id, out var piece))
            {
                bytes.AddRange(piece);
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
