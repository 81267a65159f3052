using LibMoE.Runtime.Studies.Scaling;

namespace LibMoE.Runtime.Tests.Studies.Scaling;

/// <summary>Two published models and the nodes of eight H100 cards that they are planned on, by numbers of their own.</summary>
internal static class PageModels
{
    /// <summary>LibMoE's model of 678 M parameters (18 layers of 66 ReLU experts of 1024·256, 8 picked).</summary>
    public static ScaledModel Of679M { get; } =
        Model("679M", 678e6, 18.0 * 66 * 2 * 1024 * 256, 131e6, width: 1024, layers: 18, vocabulary: 8000, experts: 66, picks: 8);

    /// <summary>Mixtral 8x7B (32 layers of 8 SwiGLU experts of 4096·14336, 2 picked).</summary>
    public static ScaledModel OfMixtral { get; } =
        Model("Mixtral", 46.7e9, 32.0 * 8 * 3 * 4096 * 14336, 12.9e9, width: 4096, layers: 32, vocabulary: 32000, experts: 8, picks: 2);

    /// <summary>bf16 weights, gradients of so many bytes, and 12 bytes that only the optimiser reads.</summary>
    public static StateBytes Bytes(int gradient = 4) => new(Weight: 2, gradient, Optimizer: 12, Sent: gradient, Row: 2);

    /// <summary>Nodes of eight H100 SXM: published speeds of links, efficiencies that are assumed for the model.</summary>
    public static Cluster H100(ScaledModel model) => new()
    {
        Name = "H100 nodes",
        Cards = 1024,
        CardsPerNode = 8,
        MemoryGB = 80,
        TeraFlops = 989,
        DenseEfficiency = model == OfMixtral ? 0.45 : 0.35,
        ExpertEfficiency = model == OfMixtral ? 0.45 : 0.20,
        BusiestCard = 1.15,
        Inside = new ClusterLink(SumGBs: 450, RowsGBs: 300, Microseconds: 15),
        Across = new ClusterLink(SumGBs: 45, RowsGBs: 45, Microseconds: 30) { MicrosecondsPerDoubling = 3 },
    };

    private static ScaledModel Model(
        string name, double total, double routed, double active, int width, int layers, int vocabulary, int experts, double picks)
    {
        var activeExperts = routed * picks / experts;
        return new ScaledModel(
            name, total, routed, 2 * (active - activeExperts), 2 * activeExperts, width, layers, vocabulary,
            [.. Enumerable.Repeat((experts, picks), layers)]);
    }
}
