using System.Security.Cryptography;
using Microsoft.ML.Tokenizers;

namespace LibMoE.Runtime;

/// <summary>A vocabulary of SentencePiece (Kudo and Richardson 2018), as Llama 2, Mistral and Mixtral publish theirs: <c>tokenizer.model</c>.</summary>
public sealed class SentencePieceVocabulary : ITokenizer
{
    /// <summary>The file's usual name.</summary>
    public const string FileName = "tokenizer.model";

    private readonly SentencePieceTokenizer _tokenizer;

    private SentencePieceVocabulary(SentencePieceTokenizer tokenizer, byte[] bytes)
    {
        (_tokenizer, Vocabulary, Files) = (tokenizer, tokenizer.Vocabulary.Count, [new TokenizerFile(FileName, bytes)]);
        Hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    /// <inheritdoc />
    public int Vocabulary { get; }

    /// <inheritdoc />
    public int? Bos => _tokenizer.BeginningOfSentenceId is >= 0 and var id && id < Vocabulary ? id : null;

    /// <inheritdoc />
    public string Hash { get; }

    /// <inheritdoc />
    public string Name => FileName;

    /// <inheritdoc />
    public IReadOnlyList<TokenizerFile> Files { get; }

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
            return new(SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false), bytes);
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
