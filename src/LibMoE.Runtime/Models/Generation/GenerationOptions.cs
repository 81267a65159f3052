namespace LibMoE.Runtime;

/// <summary>How a text is continued; configuration section <c>Generation</c>.</summary>
public sealed record GenerationOptions
{
    /// <summary>The model's file or folder.</summary>
    public string Model { get; init; } = "";

    /// <summary>What the text starts with; empty starts at the beginning of a document.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>The files of the images that the prompt asks about, in the order in which they are shown; for a model that sees.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>How many tokens to add at most. Fewer where the model ends the text or its context is full.</summary>
    public int Tokens { get; init; } = 256;

    /// <summary>τ: tokens are drawn from softmax(logits/τ); 0 takes the most probable one.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Draws from the k most probable tokens only (Fan et al. 2018); 0 draws from all.</summary>
    public int TopK { get; init; }

    /// <summary>Draws from the fewest most probable tokens whose probabilities reach p together (nucleus, Holtzman et al. 2020);
    /// 1 draws from all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Decides what is drawn.</summary>
    public long Seed { get; init; }

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        Require(Tokens >= 1, nameof(Tokens), Tokens, "be at least 1");
        Require(Temperature >= 0 && double.IsFinite(Temperature), nameof(Temperature), Temperature,
            "be at least 0; 0 takes the most probable token");
        Require(TopK >= 0, nameof(TopK), TopK, "be at least 0; 0 draws from all tokens");
        Require(TopP is > 0 and <= 1, nameof(TopP), TopP, "be above 0 and at most 1; 1 draws from all tokens");
        return problems;

        void Require(bool holds, string key, double value, string allowed)
        {
            if (!holds)
            {
                problems.Add(FormattableString.Invariant($"Generation:{key} is {value}; it must {allowed}."));
            }
        }
    }
}
