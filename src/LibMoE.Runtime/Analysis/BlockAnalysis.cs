using System.Text.Json.Serialization;

namespace LibMoE.Runtime;

/// <summary>What one MoE block's router and experts do on held-out text. E = routable experts;
/// rows and columns follow their order.</summary>
/// <remarks>Gates without picks (soft slots) have shares of combine weight in <see cref="Share"/> and none of the figures
/// that count picks.</remarks>
public sealed record BlockAnalysis
{
    /// <summary>The block's index in the model, from 0; dense blocks are counted too.</summary>
    public required int Block { get; init; }

    /// <summary>How the gate routes.</summary>
    public required RoutingKind Kind { get; init; }

    /// <summary>[E] what each expert is, such as <c>SwiGlu 0</c> or <c>Zero</c>.</summary>
    public required IReadOnlyList<string> Experts { get; init; }

    /// <summary>[E] picks of each expert; null without picks.</summary>
    public IReadOnlyList<long>? Picks { get; init; }

    /// <summary>Picks of <see cref="Picks"/> that were dropped because their expert was full; null without picks.</summary>
    public long? Dropped { get; init; }

    /// <summary>[E] u: shares of the picks, or of the combine weight where there are none; they add up to 1.</summary>
    public required IReadOnlyList<double> Share { get; init; }

    /// <summary>(max n − mean n)/mean n.</summary>
    public double? LoadViolation { get; init; }

    /// <summary>exp(H(u))/E.</summary>
    public required double RelativePerplexity { get; init; }

    /// <summary>Mean over tokens of exp(H(p_t))/E, p the scores scaled to add up to 1; null without scores.</summary>
    public double? TokenPerplexity { get; init; }

    /// <summary>Experts without a pick.</summary>
    public IReadOnlyList<int> Dead { get; init; } = [];

    /// <summary>(Σ n)²/(E·Σ n²).</summary>
    public double? JainIndex { get; init; }

    /// <summary>Population standard deviation of n over its mean.</summary>
    public double? LoadCv { get; init; }

    /// <summary>−Σ u log₂ u/log₂ E.</summary>
    public double? AllocationEntropy { get; init; }

    /// <summary>Mean over tokens of H(w)/ln K; null for one pick.</summary>
    public double? WeightEntropy { get; init; }

    /// <summary>Mean over tokens of H(w) in nats.</summary>
    public double? WeightEntropyNats { get; init; }

    /// <summary>Largest minus second largest weight, scaled over the picks; null for one pick.</summary>
    public double? MarginOnWeights { get; init; }

    /// <summary>Largest minus second largest score over all experts; null without scores.</summary>
    public double? MarginOnScores { get; init; }

    /// <summary>[E, E] N_ij/N_i; null without picks.</summary>
    public IReadOnlyList<IReadOnlyList<double>>? CoActivation { get; init; }

    /// <summary>[domains, E] p(e | d); null without picks.</summary>
    public IReadOnlyList<IReadOnlyList<double>>? DomainShare { get; init; }

    /// <summary>[domains, E] pointwise mutual information in nats; null without picks. In JSON, an expert that never serves a domain has
    /// <c>"-Infinity"</c>, one without any picks null.</summary>
    public IReadOnlyList<IReadOnlyList<double?>>? DomainInformation { get; init; }

    /// <summary>I(D; E) in nats; null without picks.</summary>
    public double? MutualInformation { get; init; }

    /// <summary>[kinds, E] picks of each expert by tokens of each kind of example, in the order of <see cref="CellAnalysis.Kinds"/>; null
    /// where no token is of a kind.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<IReadOnlyList<long>>? KindPicks { get; init; }

    /// <summary>[E] the token ids that each expert is most special for; null without picks.</summary>
    public IReadOnlyList<IReadOnlyList<TopToken>>? TopTokens { get; init; }

    /// <summary>[E, E] mean cosine of the experts' outputs on the same tokens; null where it was not measured.</summary>
    public IReadOnlyList<IReadOnlyList<double>>? OutputSimilarity { get; init; }

    /// <summary>By state-dict name, the mean cosine between experts' parts of the tensor (ANI with experts as rows);
    /// <c>router.weight (dims)</c> has model dimensions as rows, as LibMoE takes them.</summary>
    public IReadOnlyDictionary<string, double> WeightSimilarity { get; init; } = new Dictionary<string, double>();

    /// <summary>What the block does to the residual stream; null where it was not measured.</summary>
    public UpdateMagnitude? Update { get; init; }
}

/// <summary>One token id that an expert is special for.</summary>
/// <param name="Id">The token id.</param>
/// <param name="Text">The token as people read it.</param>
/// <param name="Count">Its picks of the expert.</param>
/// <param name="Share">p(e | x).</param>
/// <param name="PointwiseInformation">ln(p(e | x)/p(e)) in nats.</param>
public sealed record TopToken(int Id, string Text, long Count, double Share, double PointwiseInformation);
