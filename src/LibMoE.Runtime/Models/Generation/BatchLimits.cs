namespace LibMoE.Runtime;

/// <summary>What a <see cref="ContinuousBatch"/> may take.</summary>
public sealed record BatchLimits
{
    /// <summary>How many texts are continued together at most.</summary>
    public int Texts { get; init; } = 64;

    /// <summary>How many tokens the caches of all texts hold together at most. A text takes its share when it is admitted: those of its
    /// prompt and all that it may draw.</summary>
    public long CacheTokens { get; init; } = 65_536;

    /// <summary>How many tokens of new prompts one pass reads at most; a longer prompt is read in a pass without other new ones.</summary>
    public int PromptTokens { get; init; } = 2_048;

    /// <summary>The bytes that a token takes in the caches of a model: keys and values of every block, 2·N·G·C numbers; with
    /// latent attention N·(U + R).</summary>
    /// <param name="model">The model.</param>
    public static long BytesPerToken(LanguageModel model) =>
        (long)model.Config.Layers * model.Config.CacheWidth * model.parameters().First().element_size();

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems() =>
    [
        .. Texts < 1 ? [$"Texts is {Texts}; it must be at least 1."] : Array.Empty<string>(),
        .. CacheTokens < 1 ? [$"CacheTokens is {CacheTokens}; it must be at least 1."] : Array.Empty<string>(),
        .. PromptTokens < 1 ? [$"PromptTokens is {PromptTokens}; it must be at least 1."] : Array.Empty<string>(),
    ];
}
