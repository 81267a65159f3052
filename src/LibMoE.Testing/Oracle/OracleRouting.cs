using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing;

/// <summary>
/// What the balancing terms look at: the N tokens that count, in float64. E is the number of routable slots, K of picks.
/// </summary>
public sealed record OracleRouting
{
    /// <summary>The declaration.</summary>
    public required MoeDeclaration Declaration { get; init; }

    /// <summary>The sequence of each token, N numbers.</summary>
    public required IReadOnlyList<long> Sequences { get; init; }

    /// <summary>l [N, E] ([N, 2E+K] ternary, [N, E·p] soft slots); null for hash gates.</summary>
    public Tensor? Logits { get; init; }

    /// <summary>s [N, E], for a ternary gate those of both signs added; null where the gate has none per expert.</summary>
    public Tensor? Scores { get; init; }

    /// <summary>softmax(l) per expert [N, E], for a ternary gate those of both signs added.</summary>
    public Tensor? Probabilities { get; init; }

    /// <summary>Final picks [N, K] before any were dropped for capacity; −1 is empty.</summary>
    public Tensor? Experts { get; init; }

    /// <summary>Final combine weights [N, K], 0 for dropped picks.</summary>
    public Tensor? Weights { get; init; }

    /// <summary>1 where a pick has a seat [N, K], 0 where it was dropped for capacity; null where all have one.</summary>
    public Tensor? Seated { get; init; }

    /// <summary>The output of every expert on every token, [N, E, D].</summary>
    public Tensor? Outputs { get; init; }

    /// <summary>The parts of the logits of noisy top-K.</summary>
    public OracleNoise? Noise { get; init; }

    /// <summary>E.</summary>
    public int Slots => Declaration.RoutableExperts;

    /// <summary>The tokens of one sequence, for each sequence that has tokens.</summary>
    public IEnumerable<OracleRouting> PerSequence() => Sequences
        .Select((sequence, row) => (sequence, row))
        .GroupBy(token => token.sequence, token => (long)token.row)
        .Select(rows => Rows([.. rows]));

    private OracleRouting Rows(long[] rows)
    {
        var index = tensor(rows, ScalarType.Int64);
        return this with
        {
            Sequences = [.. rows.Select(row => Sequences[(int)row])],
            Logits = Logits?.index_select(0, index),
            Scores = Scores?.index_select(0, index),
            Probabilities = Probabilities?.index_select(0, index),
            Experts = Experts?.index_select(0, index),
            Weights = Weights?.index_select(0, index),
            Seated = Seated?.index_select(0, index),
            Outputs = Outputs?.index_select(0, index),
        };
    }
}

/// <summary>The parts of the logits of noisy top-K: l = clean + noise·scale.</summary>
/// <param name="Clean">x·Wᵀ, [N, E].</param>
/// <param name="Noisy">The logits that were ranked, [N, E]; equal to the clean ones in evaluation.</param>
/// <param name="Scale">softplus(x·W_noiseᵀ), [N, E].</param>
public sealed record OracleNoise(Tensor Clean, Tensor Noisy, Tensor Scale);
