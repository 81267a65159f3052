namespace LibMoE.Generators.Known;

/// <summary>The ranges of all numeric options. Upper bounds without a mathematical reason are far beyond any published model.</summary>
internal static class OptionRanges
{
    private const double None = double.PositiveInfinity;
    private const int MaxCount = 65_536;
    private const int MaxWidth = 1_048_576;

    /// <summary>One row an option; a row of the part itself comes before one for any gate.</summary>
    public static IReadOnlyList<OptionRange> All { get; } =
    [
        From("Experts", "Count", 1, MaxCount),
        From("Experts", "Hidden", 0, MaxWidth),
        From("Experts", "Limit", 0, None),
        Above("Experts", "Slope", 0),
        From("SharedExperts", "Limit", 0, None),
        Above("SharedExperts", "Slope", 0),
        From("LatentExperts", "Width", 1, MaxWidth),
        From("SharedExperts", "Count", 1, MaxCount),
        From("SharedExperts", "Hidden", 0, MaxWidth),
        Above("SharedExperts", "Scale", 0),

        // Vectors that are divided by their length must not start at 0.
        Above("CosineGate", "InitStd", 0),
        Above("CosineGate", "Temperature", 0),
        Above("PerturbedCosineGate", "Noise", 0),
        Above("XMoeGate", "InitStd", 0),
        Above("XMoeGate", "Temperature", 0),
        From("XMoeGate", "Projection", 1, MaxCount),
        From("HyperGate", "Embedding", 4, MaxCount),
        From("HashGate", "Vocabulary", 0, MaxWidth),
        new("TopPGate", "P", 0, 1, WithMin: false, WithMax: true),
        From("TopPGate", "Entropy", 0, None),
        Above("ThresholdGate", "InitStd", 0),
        Above("SparseMixerGate", "Epsilon", 0),
        new("ReluGate", "Target", 0, 1, WithMin: false, WithMax: false),
        From("TernaryGate", "Reward", 0, None),
        Above("ExpertChoiceGate", "CapacityFactor", 0),
        From("SoftSlotsGate", "PerExpert", 1, 4_096),

        From(OptionRange.AnyGate, "TopK", 1, MaxCount),
        From(OptionRange.AnyGate, "Groups", 0, MaxCount),
        From(OptionRange.AnyGate, "TopGroups", 0, MaxCount),
        From(OptionRange.AnyGate, "PicksPerGroup", 0, MaxCount),
        From(OptionRange.AnyGate, "LogitCap", 0, None),
        Above(OptionRange.AnyGate, "Scale", 0),
        From(OptionRange.AnyGate, "InitStd", 0, None),
        new(OptionRange.AnyGate, "Jitter", 0, 1, WithMin: true, WithMax: false),

        From("SwitchBalance", "Coefficient", 0, None),
        From("GlobalBatchBalance", "Coefficient", 0, None),
        From("SequenceBalance", "Coefficient", 0, None),
        From("Top1Balance", "Coefficient", 0, None),
        From("EntropyBalance", "Coefficient", 0, None),
        From("ImportanceBalance", "Coefficient", 0, None),
        From("LoadBalance", "Coefficient", 0, None),
        From("RouterZLoss", "Coefficient", 0, None),
        From("HeterogeneousBalance", "Coefficient", 0, None),
        From("HeterogeneousBalance", "Tau", 0, None),
        From("DiversityLoss", "Coefficient", 0, None),
        From("BiasBalance", "Rate", 0, None),

        // The steps are counted in float32.
        From("BiasBalance", "FreezeAfter", 0, 1 << 24),

        Above("Capacity", "Factor", 0),
        new("ExpertDropout", "Probability", 0, 1, WithMin: true, WithMax: false),
    ];

    /// <summary>The range of an option; null where every finite value is allowed.</summary>
    /// <param name="part">The part's name; empty for one of the user's own, whose options of its own are not known.</param>
    /// <param name="isGate">Whether the part is a gate.</param>
    /// <param name="option">The option.</param>
    public static OptionRange? Find(string part, bool isGate, string option) =>
        All.FirstOrDefault(row => row.Part == part && row.Option == option)
        ?? (isGate ? All.FirstOrDefault(row => row.Part == OptionRange.AnyGate && row.Option == option) : null);

    private static OptionRange From(string part, string option, double min, double max) =>
        new(part, option, min, max, WithMin: true, WithMax: !double.IsPositiveInfinity(max));

    private static OptionRange Above(string part, string option, double min) =>
        new(part, option, min, None, WithMin: false, WithMax: false);
}
