using LibMoE.Generators.Models;

namespace LibMoE.Generators.Known;

/// <summary>An option that another one, or its part, leaves without effect.</summary>
/// <param name="Part">The built-in part.</param>
/// <param name="Option">The option without effect.</param>
/// <param name="Applies">Whether it is set so that it has none.</param>
/// <param name="Reason">Why.</param>
internal sealed record Conflict(string Part, string Option, Func<PartModel, bool> Applies, string Reason);

/// <summary>Options without effect.</summary>
internal static class Conflicts
{
    /// <summary><c>BiasUpdate.Quantile</c>.</summary>
    private const int Quantile = 2;

    /// <summary><c>Over.Batch</c>.</summary>
    private const int OverBatch = 2;

    private static readonly Dictionary<string, string> SharedWeights = new()
    {
        ["Gated"] = "Gated weighs the shared output by a learned gate instead",
        ["InRouterSum"] = "InRouterSum lets the router weigh each shared expert instead",
        ["Mixed"] = "Mixed weighs routed and shared output by a learned softmax instead",
    };

    private const string WithoutLimit = "without Limit nothing is clamped";

    /// <summary>One row a conflict.</summary>
    public static IReadOnlyList<Conflict> All { get; } =
    [
        .. Replacing("Scale", "Gated", "InRouterSum", "Mixed"),
        .. Replacing("Gated", "InRouterSum", "Mixed"),
        .. Replacing("InRouterSum", "Mixed"),
        new("Experts", "ClampAfterActivation", ClampsNothing, WithoutLimit),
        new("SharedExperts", "ClampAfterActivation", ClampsNothing, WithoutLimit),
        .. KnownGates.Grouped.Select(gate => new Conflict(gate, "GroupValue", ValuesNothing, "no group is chosen before another")),
        .. KnownGates.Grouped.Select(gate => new Conflict(gate, "MaskByZero", MasksNothing, "no group is left out")),
        new("BiasBalance", "Centered", CentersTwice, "an update by quantiles takes the mean from the biases anyway"),
        .. KnownGates.Grouped.Select(gate => new Conflict(
            gate, "SkipZero", static part => part.Bool("SkipZero") && !part.Bool("Normalize"), "without Normalize nothing is divided")),
        new("HashGate", "Vocabulary", HasNoRows, "without Table there are no rows"),
        .. new[] { "Scale", "InitStd" }.Select(option => new Conflict(
            "HashGate", option, part => !part.Bool("Learned") && !part.IsDefault(option), "without Learned every pick weighs 1/K")),
        new("EntropyBalance", "PerRank", static part => part.Bool("PerRank") && part.Int("Over") != OverBatch,
            "means over tokens or sequences are the same either way"),
        new("HyperGate", "RouterBias", static part => part.Bool("RouterBias"), "the hyper-network makes the biases as well"),
    ];

    /// <summary>An option of shared experts in whose place others weigh the shared output; the first of them that is set says so.</summary>
    private static IEnumerable<Conflict> Replacing(string option, params string[] others) => others.Select((other, i) => new Conflict(
        "SharedExperts",
        option,
        part => !part.IsDefault(option) && part.Bool(other) && !others.Take(i).Any(part.Bool),
        SharedWeights[other]));

    private static bool ValuesNothing(PartModel part) =>
        !part.IsDefault("GroupValue") && (part.Int("Groups") == 0 || part.Int("PicksPerGroup") > 0);

    private static bool MasksNothing(PartModel part) =>
        part.Bool("MaskByZero") && (part.Int("PicksPerGroup") > 0 || part.Int("TopGroups") == part.Int("Groups"));

    private static bool HasNoRows(PartModel part) => !part.Bool("Table") && !part.IsDefault("Vocabulary");

    private static bool CentersTwice(PartModel part) => part.Bool("Centered") && part.Int("Update") == Quantile;

    private static bool ClampsNothing(PartModel part) => part.Bool("ClampAfterActivation") && part.Double("Limit") == 0;
}
