namespace LibMoE.Generators.Known;

/// <summary>What a gate offers to the parts around it.</summary>
[Flags]
internal enum GateFacts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Trained logits.</summary>
    Logits = 1,

    /// <summary>One logit for each token and expert, so that softmax(l) is a distribution over experts.</summary>
    LogitPerExpert = 2,

    /// <summary>A score for each token and expert.</summary>
    Scores = 4,

    /// <summary>How many tokens an expert gets follows from what the router learns.</summary>
    Load = 8,

    /// <summary>Combine weights that are not negative.</summary>
    PositiveWeights = 16,

    /// <summary>K picks for each token, so that C = ceil(factor·T·K/E) has a K.</summary>
    CountedPicks = 32,

    /// <summary>K different experts for each token.</summary>
    DistinctPicks = 64,

    /// <summary>The K largest of E values are picked, so that single experts can be taken out of the picking.</summary>
    LargestOfExperts = 128,

    /// <summary>A bias on the scores changes the picks and not the weights.</summary>
    SelectionBias = 256,

    /// <summary>The noise of NoisyTopKGate.</summary>
    Noise = 512,

    /// <summary>What every gate has by which each token picks its K best experts.</summary>
    TokenChoice =
        Logits | LogitPerExpert | Scores | Load | PositiveWeights | CountedPicks | DistinctPicks | LargestOfExperts | SelectionBias,
}
