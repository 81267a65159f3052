using LibMoE.Generators.Models;

namespace LibMoE.Generators.Known;

/// <summary>A built-in gate.</summary>
/// <param name="Name">The attribute's name without suffix.</param>
/// <param name="Facts">What it offers to the parts around it.</param>
/// <param name="RoutesTokensAlone">Whether a token's experts follow from that token alone; null where the gate says so at run time.</param>
internal sealed record KnownGate(string Name, GateFacts Facts, bool? RoutesTokensAlone)
{
    /// <summary>Whether zero-compute experts may be routed to.</summary>
    public bool TakesZeroCompute { get; init; } = true;

    /// <summary>What the gate offers besides where it learns its weights, not its picks.</summary>
    private const GateFacts Learned = GateFacts.Logits | GateFacts.LogitPerExpert | GateFacts.Scores;

    /// <summary>The gate with the options that it was declared with.</summary>
    public KnownGate With(PartModel part) => Name switch
    {
        "HashGate" when part.Bool("Learned") => this with { Facts = Facts | Learned },

        // A learned scale may turn negative.
        "SoftmaxGate" or "SigmoidGate" or "SqrtSoftplusGate" when part.Bool("ExpertScale") =>
            this with { Facts = Facts & ~GateFacts.PositiveWeights },
        _ => this,
    };
}

/// <summary>The built-in gates.</summary>
internal static class KnownGates
{
    /// <summary>One row a gate.</summary>
    public static IReadOnlyList<KnownGate> All { get; } =
    [
        new("SoftmaxGate", GateFacts.TokenChoice, RoutesTokensAlone: true),
        new("SigmoidGate", GateFacts.TokenChoice, RoutesTokensAlone: true),
        new("SqrtSoftplusGate", GateFacts.TokenChoice, RoutesTokensAlone: true),
        new("CosineGate", GateFacts.TokenChoice, RoutesTokensAlone: true),
        new("PerturbedCosineGate", GateFacts.TokenChoice, RoutesTokensAlone: true),
        new("XMoeGate", GateFacts.TokenChoice, RoutesTokensAlone: true),
        new("HyperGate", GateFacts.TokenChoice, RoutesTokensAlone: true),
        new("ResidualGate", GateFacts.TokenChoice, RoutesTokensAlone: true),

        // Its scores are a softmax over the picks, so nothing can be added to them before picking.
        new("NoisyTopKGate", (GateFacts.TokenChoice & ~GateFacts.SelectionBias) | GateFacts.Noise, RoutesTokensAlone: true),

        // In training its picks are drawn.
        new(
            "SparseMixerGate", GateFacts.TokenChoice & ~(GateFacts.LargestOfExperts | GateFacts.SelectionBias), RoutesTokensAlone: true),
        .. new[] { "ReluGate", "TopPGate", "ThresholdGate" }.Select(gate => new KnownGate(
            gate,
            GateFacts.Logits | GateFacts.LogitPerExpert | GateFacts.Scores | GateFacts.Load | GateFacts.PositiveWeights,
            RoutesTokensAlone: true)),

        // Its null slots are its zero experts.
        new("TernaryGate", GateFacts.Logits | GateFacts.Scores | GateFacts.Load | GateFacts.CountedPicks, RoutesTokensAlone: true)
        {
            TakesZeroCompute = false,
        },
        new(
            "ExpertChoiceGate",
            GateFacts.Logits | GateFacts.LogitPerExpert | GateFacts.Scores | GateFacts.PositiveWeights,
            RoutesTokensAlone: false),
        new("HashGate", GateFacts.CountedPicks | GateFacts.DistinctPicks | GateFacts.PositiveWeights, RoutesTokensAlone: true),
        new("SoftSlotsGate", GateFacts.Logits | GateFacts.PositiveWeights, RoutesTokensAlone: false) { TakesZeroCompute = false },
    ];

    /// <summary>Those whose picks groups of experts may limit.</summary>
    public static IReadOnlyList<string> Grouped { get; } = ["SoftmaxGate", "SigmoidGate", "SqrtSoftplusGate"];

    /// <summary>Those whose score of an expert follows from its own logit.</summary>
    public static IReadOnlyList<string> ScoringAlone { get; } = ["SigmoidGate", "SqrtSoftplusGate"];

    /// <summary>What holds for a gate of the user's own.</summary>
    public static KnownGate Custom { get; } = new("custom", GateFacts.TokenChoice, RoutesTokensAlone: null);

    /// <summary>The row of a gate of a checked declaration.</summary>
    public static KnownGate Of(CustomPartModel gate) => gate.Implementation is null ? All.First(row => row.Name == gate.Name) : Custom;

    /// <summary>The built-in gate of that metadata name; null for others.</summary>
    public static KnownGate? Find(string metadataName) => All.FirstOrDefault(row => $"LibMoE.{row.Name}Attribute" == metadataName);
}
