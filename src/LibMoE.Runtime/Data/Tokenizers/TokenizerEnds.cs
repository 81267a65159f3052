using System.Security.Cryptography;
using System.Text;

namespace LibMoE.Runtime.Data.Tokenizers;

/// <summary>How the texts of a published tokenizer begin and end: by its vocabulary's own files, and by the
/// <c>tokenizer_config.json</c> beside them.</summary>
/// <param name="Bos">The start id.</param>
/// <param name="Eos">The id that ends a text.</param>
/// <param name="Hash">The tokenizer's hash, which a start that the vocabulary's own files do not have is part of.</param>
/// <param name="Files">All files of the tokenizer.</param>
internal sealed record TokenizerEnds(int? Bos, int? Eos, string Hash, IReadOnlyList<TokenizerFile> Files)
{
    /// <summary>Finds out.</summary>
    /// <param name="config">The file beside the vocabulary; null without one.</param>
    /// <param name="own">The ends, hash and files without the configuration.</param>
    /// <param name="idOf">The id of a piece; null where there is no such piece.</param>
    /// <param name="decides">See <see cref="TokenizerConfig.Start"/>.</param>
    public static TokenizerEnds Of(TokenizerConfig? config, TokenizerEnds own, Func<string, int?> idOf, bool decides)
    {
        if (config is null)
        {
            return own;
        }

        var start = config.Start(own.Bos, idOf, decides);
        var hash =
            start == own.Bos ? own.Hash : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{own.Hash} start {start}")));
        return new TokenizerEnds(start, config.End(idOf) ?? own.Eos, hash, [.. own.Files, config.File]);
    }
}
