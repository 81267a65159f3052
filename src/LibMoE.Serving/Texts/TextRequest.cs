using LibMoE.Runtime;

namespace LibMoE.Serving.Texts;

/// <summary>What a client wants continued.</summary>
/// <param name="Prompt">The ids that the text starts with.</param>
/// <param name="Options">How tokens are drawn.</param>
internal sealed record TextRequest(IReadOnlyList<int> Prompt, GenerationOptions Options)
{
    /// <summary>Texts that end the text where they first stand; they are not given back.</summary>
    public IReadOnlyList<string> Stops { get; init; } = [];

    /// <summary>Ids that end the text beside the tokenizer's own.</summary>
    public IReadOnlyList<int> Ends { get; init; } = [];

    /// <summary>What the text begins with, if it does, is left out.</summary>
    public string Lead { get; init; } = "";

    /// <summary>How many of the most probable tokens are named beside each drawn one; null asks for no probabilities.</summary>
    public int? Best { get; init; }

    /// <summary>Whether the experts of each token are named.</summary>
    public bool Experts { get; init; }

    /// <summary>Which experts must not, and which must work on it; null where the model decides.</summary>
    public SignedOrder? Order { get; init; }
}

/// <summary>A token with the text that it added.</summary>
/// <param name="Text">The text: empty where a character is not whole yet, or was held back.</param>
internal sealed record TextToken(string Text)
{
    /// <summary>ln p; null where it was not asked for.</summary>
    public double? LogProbability { get; init; }

    /// <summary>The most probable tokens here.</summary>
    public IReadOnlyList<(string Text, double LogProbability)> Best { get; init; } = [];

    /// <summary>Its experts, a list for each MoE layer.</summary>
    public IReadOnlyList<IReadOnlyList<long>> Experts { get; init; } = [];
}

/// <summary>A piece of a text, as it comes.</summary>
/// <param name="Text">What is new.</param>
/// <param name="Tokens">The tokens that it is made of.</param>
/// <param name="Finish">Why it is the last one, in OpenAI's words: stop or length; null where it is not.</param>
internal sealed record TextPiece(string Text, IReadOnlyList<TextToken> Tokens, string? Finish = null);
