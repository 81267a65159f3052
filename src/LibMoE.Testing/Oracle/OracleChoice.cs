using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>What a gate decided about the N tokens that count.</summary>
/// <param name="kind">How to read it.</param>
internal sealed class OracleChoice(RoutingKind kind)
{
    public RoutingKind Kind { get; } = kind;

    /// <summary>l, as <see cref="Routing.Logits"/> has it.</summary>
    public Tensor? Logits { get; init; }

    /// <summary>s, as <see cref="Routing.Scores"/> has it.</summary>
    public Tensor? Scores { get; init; }

    /// <summary>s per expert, [N, E], as the balancing terms see it.</summary>
    public Tensor? ExpertScores { get; init; }

    /// <summary>softmax(l) per expert, [N, E].</summary>
    public Tensor? Probabilities { get; init; }

    /// <summary>The gate's own picks, [N, K].</summary>
    public required Tensor Experts { get; init; }

    /// <summary>Combine weights of the gate's own picks.</summary>
    public required Tensor Weights { get; init; }

    /// <summary>The gate's rule on other picks [N, K'], none of them empty where it is asked; empty ones are masked afterwards.</summary>
    public required Func<Tensor, Tensor> Weigh { get; init; }

    /// <summary>Where scores depend on the picks: the choice with other picks in place of the gate's own.</summary>
    public Func<Tensor, OracleChoice>? Again { get; init; }

    /// <summary>The gate's own terms, by key.</summary>
    public IReadOnlyDictionary<string, Tensor> Losses { get; init; } = new Dictionary<string, Tensor>();

    /// <summary>For noisy top-K.</summary>
    public OracleNoise? Noise { get; init; }
}
