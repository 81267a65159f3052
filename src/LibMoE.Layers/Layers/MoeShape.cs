using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>What a model tells a layer: its widths, its place, its number types and its seed.</summary>
/// <param name="Dim">D, the model's width.</param>
/// <param name="Hidden">The hidden width of experts that declare none; 0 where every expert declares its own.</param>
/// <param name="Layer">Which MoE layer of the model this is, from 0.</param>
/// <param name="Layers">How many blocks the model has; the experts' output projections start at 0.02/√(2·Layers).</param>
public sealed record MoeShape(long Dim, long Hidden = 0, int Layer = 0, int Layers = 1)
{
    /// <summary>The width of the layer's output; 0 (the default) takes <see cref="Dim"/>. A layer between two models, such as the connector
    /// between an image encoder and a language model, has another: its <c>experts.down</c> are [F, H, Output], its <c>experts.down_bias</c>
    /// [F, Output], whatever letters the generated text has for a layer inside a model.</summary>
    public long Output { get; init; }

    /// <summary>V: how many token ids the model has, which a hash gate's table has rows for; 0 (the default) where there are
    /// none.</summary>
    public long Vocabulary { get; init; }

    /// <summary><see cref="Output"/>, resolved.</summary>
    public long OutputWidth => Output == 0 ? Dim : Output;

    /// <summary>The type of the parameters. A router's are never below float32.</summary>
    public ScalarType DType { get; init; } = ScalarType.Float32;

    /// <summary>The type of the expert matmuls; null takes <see cref="DType"/>. Float32 parameters with BFloat16 here is bf16 training with
    /// float32 master weights.</summary>
    public ScalarType? Compute { get; init; }

    /// <summary>Where the parameters live; null is the CPU.</summary>
    public Device? Device { get; init; }

    /// <summary>The seed of the initial parameters; each draws from its own generator, seeded by this number and its full name.</summary>
    public long Seed { get; init; }

    /// <summary>Where the layer stands in its model's state dict, such as <c>blocks.3.ffn.</c>: the first part of every parameter's full
    /// name. Null takes <c>layers.{Layer}.</c></summary>
    public string? Prefix { get; init; }

    /// <summary><see cref="Prefix"/>, resolved.</summary>
    internal string FullPrefix => Prefix ?? $"layers.{Layer}.";

    /// <summary>The processes that compute one batch together: what balancing terms of a whole batch look at in training. By default one
    /// process.</summary>
    public Ranks Ranks { get; init; } = Ranks.One;

    /// <summary>Which of them have which of the layer's experts. By default as <see cref="Ranks"/> share them, and with one process all are
    /// here.</summary>
    public ExpertRanks Experts { get => field ?? Ranks.Experts; init; }

    /// <summary>A layer of the same declaration whose experts this one takes, with a gate of its own: several gates over one bank of
    /// experts, as MMoE has one for each task k, y_k = Σ_i g_k(x)_i·f_i(x), g_k(x) = softmax(W_k·x) (Ma et al. 2018, Modeling Task
    /// Relationships in Multi-task Learning with Multi-gate Mixture-of-Experts). Null (the default) makes the layer's own.</summary>
    /// <remarks>All parameters are the other layer's but those of the gate (<c>router.…</c>). They are counted, saved, trained and freed
    /// with that layer alone, and their gradient is the sum over all gates; it must live as long as this one.</remarks>
    public MoeLayer? ExpertsOf { get; init; }

    /// <summary>The type of router parameters, logits, scores and weights: float64 in a float64 layer, else float32.</summary>
    public ScalarType RouterDType => DType == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
}
