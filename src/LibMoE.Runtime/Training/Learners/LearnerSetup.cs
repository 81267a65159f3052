using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>What a learner is made from: one cell of a study.</summary>
/// <param name="Mixture">The declared layer; null for the dense baseline.</param>
/// <param name="Training">How it will be trained, with the cell's own seed.</param>
public sealed record LearnerSetup(MoeVariant? Mixture, TrainingConfig Training)
{
    /// <summary>The declaration that the dense baseline is to have as many active parameters as: the median of the study's mixtures. Null
    /// where a mixture is made.</summary>
    public MoeDeclaration? Matched { get; init; }

    /// <summary>Where to compute.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>The processes that train it together; one by default.</summary>
    public Ranks Ranks { get; init; } = Ranks.One;

    /// <summary>The seed of weights and data order.</summary>
    public long Seed => Training.Seed;

    /// <summary>The variant's name, or <c>Dense</c>.</summary>
    public string Name => Mixture?.Name ?? MoeVariant.Dense;

    /// <summary>A layer's shape with the cell's seed, device and number types.</summary>
    /// <param name="dim">D, the width of its tokens.</param>
    /// <param name="hidden">H of experts that declare none.</param>
    /// <param name="prefix">Where it stands in the model's state dict, with a dot at the end.</param>
    /// <param name="layer">Which MoE layer of the model it is, from 0.</param>
    /// <param name="layers">How many blocks the model has.</param>
    public MoeShape Shape(long dim, long hidden = 0, string? prefix = null, int layer = 0, int layers = 1) =>
        new(dim, hidden, layer, layers)
        {
            Prefix = prefix,
            Seed = Seed,
            Device = Device,
            Compute = Training.ComputeScalar,
            Ranks = Ranks,
        };

    /// <summary>The declared layer; or, for the dense baseline, an FFN of two matrices with GELU as wide as equal active parameters ask
    /// for.</summary>
    /// <inheritdoc cref="Shape" path="/param"/>
    public FeedForward FeedForward(long dim, long hidden = 0, string? prefix = null, int layer = 0, int layers = 1) =>
        new(Mixture, Matched, Shape(dim, hidden, prefix, layer, layers));
}
