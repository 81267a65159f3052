using System.Security.Cryptography;
using Microsoft.ML.Tokenizers;

namespace LibMoE.Runtime;

/// <summary>A vocabulary of SentencePiece (Kudo and Richardson 2018), as Llama 2, Mistral and Mixtral publish theirs: <c>tokenizer.model</c>.</summary>
public sealed class SentencePieceVocabulary : ITokenizer
{
    /// <summary>The file's usual name.</summary>
    public const string FileName = "tokenizer.model";

    private readonly SentencePieceTokenizer _tokenizer;
    private readonly TokenizerEnds _ends;

    private SentencePieceVocabulary(SentencePieceTokenizer tokenizer, string path, byte[] bytes)
    {
        (_tokenizer, Vocabulary) = (tokenizer, tokenizer.Vocabulary.Count);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        _ends = TokenizerEnds.Of(
            TokenizerConfig.Beside(path),
            new(Piece(tokenizer.BeginningOfSentenceId), Piece(tokenizer.EndOfSentenceId), hash, [new TokenizerFile(FileName, bytes)]),
            piece => tokenizer.Vocabulary.TryGetValue(piece, out var id) ? id : null,
            decides: true);

        int? Piece(int id) => id >= 0 && id < Vocabulary ? id : null;
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

    /// <summary>Reads a vocabulary.</summary>
    /// <param name="path">The <c>tokenizer.model</c>.</param>
    /// <exception cref="TokenizerException">The file is not such a vocabulary.</exception>
    /// <exception cref="StorageException">The file cannot be read.</exception>
    public static SentencePieceVocabulary Load(string path)
    {
        var bytes = DiskFiles.Instance.ReadAll(path);
        try
        {
            using var stream = new MemoryStream(bytes);
            return new(SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false), path, bytes);
        }
        catch (Exception fault) when (fault is IOException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            throw new TokenizerException(path, $"it is not a vocabulary of SentencePiece ({fault.Message.TrimEnd('.')})", fault);
        }
    }

    /// <inheritdoc />
    public int[] Encode(string text) => [.. _tokenizer.EncodeToIds(text, addBeginningOfSentence: false, addEndOfSentence: false)];

    /// <inheritdoc />
    public string Decode(ReadOnlySpan<int> ids)
    {
        foreach (var id in ids)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)Vocabulary, nameof(ids));
        }

        return _tokenizer.Decode(ids.ToArray(), considerSpecialTokens: false);
    }
}
