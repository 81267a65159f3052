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

    private const string WithoutLimit = "without Limit nothing is clamped";

    /// <summary>One row a conflict.</summary>
    public static IReadOnlyList<Conflict> All { get; } =
    [
        new(
            "SharedExperts",
            "Scale",
            static part => part.Bool("Gated") && !part.IsDefault("Scale"),
            "Gated weighs the shared output by a learned gate instead"),
        new("Experts", "ClampAfterActivation", ClampsNothing, WithoutLimit),
        new("SharedExperts", "ClampAfterActivation", ClampsNothing, WithoutLimit),
        .. KnownGates.Grouped.Select(gate => new Conflict(gate, "GroupValue", ValuesNothing, "no group is chosen before another")),
        new("BiasBalance", "Centered", CentersTwice, "an update by quantiles takes the mean from the biases anyway"),
        new("HyperGate", "RouterBias", static part => part.Bool("RouterBias"), "the hyper-network makes the biases as well"),
    ];

    private static bool ValuesNothing(PartModel part) =>
        !part.IsDefault("GroupValue") && (part.Int("Groups") == 0 || part.Int("PicksPerGroup") > 0);

    private static bool CentersTwice(PartModel part) => part.Bool("Centered") && part.Int("Update") == Quantile;

    private static bool ClampsNothing(PartModel part) => part.Bool("ClampAfterActivation") && part.Double("Limit") == 0;
}
