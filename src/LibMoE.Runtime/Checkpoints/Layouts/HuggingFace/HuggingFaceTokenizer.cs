using System.Text.Json;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>The tokenizer in a Hugging Face folder: the published files of one, or what <see cref="Save"/> left there.</summary>
internal static class HuggingFaceTokenizer
{
    /// <summary>Says which of this library's tokenizers it is, for models that were exported.</summary>
    public const string IdentityFile = "libmoe_tokenizer.json";

    private const int LongestIdentity = 1 << 16;

    /// <summary>Published vocabularies that can be read, best first.</summary>
    private static readonly string[] Published = [SentencePieceVocabulary.FileName, TokenizerJson.FileName, "vocab.json"];

    /// <summary>Makes the tokenizer of a folder.</summary>
    /// <exception cref="ConfigurationException">There is none of a kind that can be read.</exception>
    /// <exception cref="StorageException">A file is not what it should be.</exception>
    public static ITokenizer Of(IRunFiles files, string folder)
    {
        var identity = Path.Combine(folder, IdentityFile);
        if (files.Find(identity) is not null)
        {
            return TokenizerTable.Restore(Read(files, identity), folder);
        }

        var published = Published.Select(name => Path.Combine(folder, name)).FirstOrDefault(path => files.Find(path) is not null);
        return published is not null
            ? WithMarks(files, folder, TokenizerTable.Create(published))
            : throw new ConfigurationException(
                $"{folder} has no tokenizer that can be read; put {string.Join(" or ", Published)} into it.");
    }

    /// <summary>Where marks such as Phi-3's are in no <c>tokenizer.model</c>, the <c>tokenizer.json</c> beside it has them.</summary>
    private static ITokenizer WithMarks(IRunFiles files, string folder, ITokenizer tokenizer)
    {
        var other = Path.Combine(folder, TokenizerJson.FileName);
        if (tokenizer is not SentencePieceVocabulary { LacksPieces: true } || files.Find(other) is null)
        {
            return tokenizer;
        }

        try
        {
            return TokenizerTable.Create(other);
        }
        catch (TokenizerException)
        {
            // Of a kind that is not read: words have their ids without it, too.
            return tokenizer;
        }
    }

    /// <summary>Writes a tokenizer's files, and which one it is.</summary>
    /// <exception cref="StorageException">A file cannot be written.</exception>
    public static void Save(ITokenizer tokenizer, IRunFiles files, string folder)
    {
        TokenizerTable.Save(tokenizer, files, folder);
        files.WriteAtomically(
            Path.Combine(folder, IdentityFile), JsonSerializer.SerializeToUtf8Bytes(TokenizerIdentity.Of(tokenizer), RunJson.Indented));
    }

    private static TokenizerIdentity Read(IRunFiles files, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<TokenizerIdentity>(files.ReadAll(path, LongestIdentity), RunJson.Indented)
                is { Name.Length: > 0, Hash.Length: > 0 } identity ? identity : throw new JsonException("name or hash is missing");
        }
        catch (JsonException error)
        {
            throw new TokenizerException(path, $"it does not say which tokenizer it is: {error.Message.TrimEnd('.')}", error);
        }
    }
}
