using System.Text.Json.Serialization;

namespace LibMoE.Runtime.Studies.Scaling;

/// <summary>Cards, their memory, and the links between them: what a plan is made for. A card is what one rank computes on, also where that
/// is a core.</summary>
internal sealed record Cluster
{
    /// <summary>Where editors find the schema of this file; not read otherwise.</summary>
    [JsonPropertyName("$schema")]
    public string? SchemaAddress { get; init; }

    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>How many cards there are; at least 1.</summary>
    public required int Cards { get; init; }

    /// <summary>How many cards of a node share the inner link; at least 1.</summary>
    public required int CardsPerNode { get; init; }

    /// <summary>GB of memory of a card; above 0.</summary>
    public required double MemoryGB { get; init; }

    /// <summary>10¹² floating-point operations that a card computes in a second at best, in the type that is trained in; above 0.</summary>
    public required double TeraFlops { get; init; }

    /// <summary>The share of them that attention, dense FFNs and the head reach; above 0, at most 1.</summary>
    public double DenseEfficiency { get; init; } = 0.4;

    /// <summary>The share of them that routed experts reach; above 0, at most 1.</summary>
    public double ExpertEfficiency { get; init; } = 0.4;

    /// <summary>Rows of the busiest card over the mean, where experts are on several; at least 1. It holds for balanced routing over a
    /// batch, not for a router that has collapsed.</summary>
    public double BusiestCard { get; init; } = 1.15;

    /// <summary>GB/s at which a card reads and writes its memory, above 0; null leaves out what passes over all parameters: the optimiser's
    /// step and the packing of gradients.</summary>
    public double? MemoryGBs { get; init; }

    /// <summary>The link between the cards of a node.</summary>
    public required ClusterLink Inside { get; init; }

    /// <summary>The link of each card to cards of other nodes; null where there is one node.</summary>
    public ClusterLink? Across { get; init; }

    /// <summary>Bytes of memory of a card.</summary>
    internal double Memory => MemoryGB * 1e9;

    /// <summary>What is wrong with it, one clause each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems() =>
    [
        .. Name.Length == 0 ? ["name is empty; it must say which cluster this is"] : Array.Empty<string>(),
        .. NotBelow("cards", Cards, 1), .. NotBelow("cardsPerNode", CardsPerNode, 1), .. Above("memoryGB", MemoryGB),
        .. Above("teraFlops", TeraFlops), .. Share("denseEfficiency", DenseEfficiency), .. Share("expertEfficiency", ExpertEfficiency),
        .. NotBelow("busiestCard", BusiestCard, 1), .. MemoryGBs is { } speed ? Above("memoryGBs", speed) : [],
        .. Inside.Problems("inside"), .. Across?.Problems("across") ?? [],
        .. Cards > CardsPerNode && Cards % CardsPerNode != 0
            ? [$"cards is {Cards}; it must be a multiple of cardsPerNode, which is {CardsPerNode}, or not above it"]
            : Array.Empty<string>(),
        .. Cards > CardsPerNode && Across is null
            ? [$"across is missing; {Cards} cards in nodes of {CardsPerNode} need a link between nodes"]
            : Array.Empty<string>(),
    ];

    internal static IEnumerable<string> Above(string name, double value) => value is > 0 and < double.PositiveInfinity
        ? []
        : [FormattableString.Invariant($"{name} is {value}; it must be above 0")];

    internal static IEnumerable<string> NotBelow(string name, double value, double least = 0) =>
        value >= least && value < double.PositiveInfinity
            ? []
            : [FormattableString.Invariant($"{name} is {value}; it must be at least {least}")];

    private static IEnumerable<string> Share(string name, double value) => value is > 0 and <= 1
        ? []
        : [FormattableString.Invariant($"{name} is {value}; it must be above 0 and at most 1")];
}
