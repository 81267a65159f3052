using static TorchSharp.torch;

namespace LibMoE.Distributed.Tests.Workers;

/// <summary>A declaration in training, and what it is equal to.</summary>
/// <param name="Variant">The declaration.</param>
internal sealed record Case(MoeVariant Variant)
{
    /// <summary>What of the name says how it is trained.</summary>
    public string Suffix { get; init; } = "";

    /// <summary>The type of the experts' matmuls.</summary>
    public ScalarType? Compute { get; init; }

    /// <summary>Whether blocks are computed again for their gradients.</summary>
    public bool Recompute { get; init; }

    /// <summary>How far the losses of all steps may be: rounding to bf16 makes a jump of a last bit.</summary>
    public double LossTolerance { get; init; } = 1e-6;

    /// <summary>Whether it equals one pass over the whole batch.</summary>
    public bool EqualsWhole { get; init; } = true;

    /// <summary>Whether it equals the same micro-batches in one process.</summary>
    public bool EqualsParts { get; init; } = true;

    public string Name => Variant.Name + Suffix;

    /// <summary>Every declaration that is trained on several ranks. What looks at one call, seats and terms that are declared so, equals
    /// micro-batches; what looks at the whole batch equals one pass; noise follows from the micro-batch, and so do means over
    /// calls.</summary>
    public static IReadOnlyList<Case> All { get; } =
    [
        new(MoeVariant.Of<SwitchMoe>()) { EqualsParts = false },
        new(MoeVariant.Of<PerRankMoe>()) { EqualsWhole = false },
        new(MoeVariant.Of<BiasMoe>()),
        new(MoeVariant.Of<ImportanceMoe>()) { EqualsParts = false },
        new(MoeVariant.Of<NoisyPerRankMoe>()) { EqualsWhole = false },
        new(MoeVariant.Of<JitterMoe>()) { EqualsWhole = false },
        new(MoeVariant.Of<CapacityMoe>()) { EqualsWhole = false },
        new(MoeVariant.Of<GlobalMoe>()) { EqualsParts = false },
        new(MoeVariant.Of<QuantileMoe>()) { EqualsWhole = false },
        new(MoeVariant.Of<ReluMoe>()),
        new(MoeVariant.Of<GroupsMoe>()) { EqualsParts = false },
        new(MoeVariant.Of<LatentMoe>()),
        new(MoeVariant.Of<InputMoe>()) { EqualsParts = false },
        new(MoeVariant.Of<SlotsMoe>()),
        new(MoeVariant.Of<BlocksMoe>()),
        new(MoeVariant.Of<BiasMoe>()) { Suffix = " in bf16", Compute = ScalarType.BFloat16, LossTolerance = 1e-3 },
        new(MoeVariant.Of<BiasMoe>()) { Suffix = " recomputed", Recompute = true },
    ];
}
