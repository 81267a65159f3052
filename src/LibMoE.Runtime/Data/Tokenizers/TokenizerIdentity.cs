namespace LibMoE.Runtime;

/// <summary>Which tokenizer a model was trained with, as a checkpoint keeps it.</summary>
/// <param name="Name">What <see cref="TokenizerTable"/> makes it from.</param>
/// <param name="Hash">Its <see cref="ITokenizer.Hash"/>, which what is made must have.</param>
/// <param name="Vocabulary">V.</param>
public sealed record TokenizerIdentity(string Name, string Hash, int Vocabulary)
{
    /// <summary>The identity of a tokenizer.</summary>
    public static TokenizerIdentity Of(ITokenizer tokenizer) => new(tokenizer.Name, tokenizer.Hash, tokenizer.Vocabulary);
}
