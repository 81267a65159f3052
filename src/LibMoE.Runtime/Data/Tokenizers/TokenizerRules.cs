namespace LibMoE.Runtime.Data.Tokenizers;

/// <summary>The version of the code that turns texts into ids. A tokenizer's hash identifies its files;
/// this identifies what is done with them.</summary>
internal static class TokenizerRules
{
    /// <summary>Rises with every change after which any text gets other ids from the same files: token files and trained vocabularies of
    /// another version are not taken from the cache, and a continued run says so.</summary>
    public const int Version = 2;
}
