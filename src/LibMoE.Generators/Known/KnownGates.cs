namespace LibMoE.Generators.Known;

/// <summary>A built-in gate.</summary>
/// <param name="Name">The attribute's name without suffix.</param>
/// <param name="Facts">What it offers to the parts around it.</param>
internal sealed record KnownGate(string Name, GateFacts Facts)
{
    /// <summary>Whether a token's experts follow from that token and the ones before it.</summary>
    public bool IsCausal { get; init; } = true;

    /// <summary>Whether zero-compute experts may be routed to.</summary>
    public bool TakesZeroCompute { get; init; } = true;
}

/// <summary>The built-in gates.</summary>
internal static class KnownGates
{
    /// <summary>One row a gate.</summary>
    public static IReadOnlyList<KnownGate> All { get; } =
    [
        new("SoftmaxGate", GateFacts.TokenChoice),
        new("SigmoidGate", GateFacts.TokenChoice),
        new("CosineGate", GateFacts.TokenChoice),
        new("PerturbedCosineGate", GateFacts.TokenChoice),
        new("XMoeGate", GateFacts.TokenChoice),
        new("HyperGate", GateFacts.TokenChoice),
        new("ResidualGate", GateFacts.TokenChoice),

        // Its scores are a softmax over the picks, so nothing can be added to them before picking.
        new("NoisyTopKGate", (GateFacts.TokenChoice & ~GateFacts.SelectionBias) | GateFacts.Noise),
        new("ReluGate", GateFacts.Logits | GateFacts.LogitPerExpert | GateFacts.Scores | GateFacts.Load | GateFacts.PositiveWeights),

        // Its null slots are its zero experts.
        new("TernaryGate", GateFacts.Logits | GateFacts.Scores | GateFacts.Load | GateFacts.CountedPicks) { TakesZeroCompute = false },
        new("ExpertChoiceGate", GateFacts.Logits | GateFacts.LogitPerExpert | GateFacts.Scores | GateFacts.PositiveWeights)
        {
            IsCausal = false,
        },
        new("HashGate", GateFacts.CountedPicks | GateFacts.DistinctPicks | GateFacts.PositiveWeights),
        new("SoftSlotsGate", GateFacts.Logits | GateFacts.PositiveWeights) { IsCausal = false, TakesZeroCompute = false },
    ];

    /// <summary>What holds for a gate of the user's own.</summary>
    public static KnownGate Custom { get; } = new("custom", GateFacts.TokenChoice);

    /// <summary>The built-in gate of that metadata name; null for others.</summary>
    public static KnownGate? Find(string metadataName) => All.FirstOrDefault(row => $"LibMoE.{row.Name}Attribute" == metadataName);
}
