namespace LibMoE.Runtime;

/// <summary>Finds the tokenizer in a Hugging Face folder.</summary>
internal static class HuggingFaceTokenizer
{
    /// <summary>Makes the tokenizer of a folder.</summary>
    /// <exception cref="ConfigurationException">There is none of a kind that can be read.</exception>
    public static ITokenizer Of(string folder) =>
        throw new ConfigurationException($"{folder} has no tokenizer of a kind that can be read.");
}
