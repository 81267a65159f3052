using LibMoE.Generators.Models;

namespace LibMoE.Generators.Known;

/// <summary>A built-in balancing term.</summary>
/// <param name="Name">The attribute's name without suffix.</param>
/// <param name="Needs">What its formula reads of the gate.</param>
internal sealed record KnownTerm(string Name, GateFacts Needs)
{
    /// <summary>Whether it is no loss but keeps a bias on the scores, which is part of the forward pass; a layer has one at most.</summary>
    public bool KeepsScoreBias { get; init; }
}

/// <summary>The built-in balancing terms.</summary>
internal static class KnownBalance
{
    /// <summary>One row a term.</summary>
    public static IReadOnlyList<KnownTerm> All { get; } =
    [
        new("SwitchBalance", GateFacts.Scores | GateFacts.Load),
        new("GlobalBatchBalance", GateFacts.Scores | GateFacts.Load),
        new("SequenceBalance", GateFacts.Scores | GateFacts.Load),
        new("HeterogeneousBalance", GateFacts.Scores | GateFacts.Load),
        new("Top1Balance", GateFacts.LogitPerExpert | GateFacts.Load),
        new("EntropyBalance", GateFacts.Logits),
        new("RouterZLoss", GateFacts.Logits),
        new("ImportanceBalance", GateFacts.Logits | GateFacts.Load | GateFacts.PositiveWeights),
        new("LoadBalance", GateFacts.Noise),
        new("DiversityLoss", GateFacts.DistinctPicks),
        new("BiasBalance", GateFacts.SelectionBias) { KeepsScoreBias = true },
    ];

    /// <summary>What a term of the user's own may read: the runtime hands it logits, scores and picks.</summary>
    public static KnownTerm Custom { get; } = new("custom", GateFacts.Logits | GateFacts.Scores);

    /// <summary>Why a term does not apply to a gate, by the first thing that the gate lacks.</summary>
    private static readonly (GateFacts Fact, string Reason)[] Reasons =
    [
        (GateFacts.Noise, "only NoisyTopKGate has the noise that the smooth load is made of"),
        (GateFacts.Logits, "the gate learns nothing, so there are no logits"),
        (GateFacts.Scores, "the gate has no score for each token and expert"),
        (GateFacts.Load, "how many tokens an expert gets does not depend on what the router learns"),
        (GateFacts.LogitPerExpert, "the gate has more than one logit for an expert"),
        (GateFacts.PositiveWeights, "the gate's weights can be negative"),
        (GateFacts.DistinctPicks, "a token does not have a fixed number of different experts"),
        (GateFacts.SelectionBias, "the gate does not pick the largest of s + b"),
    ];

    /// <summary>The row of a term of a checked declaration.</summary>
    public static KnownTerm Of(CustomPartModel term) => term.Implementation is null ? All.First(row => row.Name == term.Name) : Custom;

    /// <summary>The built-in term of that metadata name; null for others.</summary>
    public static KnownTerm? Find(string metadataName) => All.FirstOrDefault(row => $"LibMoE.{row.Name}Attribute" == metadataName);

    /// <summary>Why a term does not apply to a gate; null where it does.</summary>
    public static string? WhyNot(KnownTerm term, KnownGate gate)
    {
        var missing = term.Needs & ~gate.Facts;
        return Reasons.FirstOrDefault(row => missing.HasFlag(row.Fact)).Reason;
    }
}
