namespace LibMoE.Runtime;

/// <summary>What an expert group takes from the dense FFN.</summary>
/// <param name="Prefix">The group's names in the layer: <c>experts.</c> or <c>experts.0.</c></param>
/// <param name="Count">How many experts it has.</param>
/// <param name="First">The group's first expert, counted over all FFN groups.</param>
internal sealed record UpcycledGroup(string Prefix, int Count, int First);

/// <summary>Which parts of a declared layer a dense FFN fills, and with what factor on its output.</summary>
internal sealed class UpcyclingPlan
{
    /// <summary>Matches a declaration with a dense model.</summary>
    /// <exception cref="ConfigurationException">The layer cannot hold the dense FFN; the message says why and what would do.</exception>
    public UpcyclingPlan(ModelConfig dense, MoeDeclaration declaration, UpcyclingOptions options)
    {
        var problems = options.Problems().ToList();
        var feedForward = declaration.Experts.Where(group => !typeof(IZeroComputeExpert).IsAssignableFrom(group.Kind)).ToList();
        foreach (var group in feedForward.Concat(declaration.Shared is null ? [] : [declaration.Shared]))
        {
            if (group.Kind.Name != dense.Activation.ToString())
            {
                problems.Add($"{declaration.Name} declares {group.Kind.Name} experts, but the dense model's FFN is {dense.Activation}; declare Experts<{dense.Activation}>.");
            }
        }

        var split = Math.Max(options.Split, 1);
        foreach (var group in feedForward.Where(group => group.Hidden != 0 && (long)group.Hidden * split != dense.Hidden))
        {
            problems.Add($"{declaration.Name}'s experts are {group.Hidden} wide; {split} of them must make up the dense model's {dense.Hidden}, so declare Hidden = {dense.Hidden / split}.");
        }

        if (split > 1 && feedForward.Any(group => group.Hidden == 0))
        {
            problems.Add($"Upcycling:Split is {split}, so {declaration.Name} must declare Hidden = {dense.Hidden / split} on its experts.");
        }

        var experts = feedForward.Sum(group => group.Count);
        if (experts % split != 0)
        {
            problems.Add($"Upcycling:Split is {split}; it must divide {declaration.Name}'s {experts} FFN experts.");
        }

        if (declaration.Shared is { } shared && (long)shared.Count * (shared.Hidden == 0 ? dense.Hidden : shared.Hidden) != dense.Hidden)
        {
            problems.Add($"{declaration.Name}'s shared experts must add up to the dense model's hidden width of {dense.Hidden}.");
        }

        ConfigurationException.ThrowIfAny(problems);
        Split = split;
        Groups = Layout(feedForward);
        (SharedFactor, RoutedFactor) = Factors(declaration, split);
        Exact = options is { Noise: 0, DropFraction: 0 } && IsExact(declaration, split);
    }

    /// <summary>g.</summary>
    public int Split { get; }

    /// <summary>The FFN groups.</summary>
    public IReadOnlyList<UpcycledGroup> Groups { get; }

    /// <summary>The factor on the shared experts' output projection.</summary>
    public double SharedFactor { get; }

    /// <summary>The factor on the routed experts' output projections.</summary>
    public double RoutedFactor { get; }

    /// <summary>Whether the mixture computes what the dense FFN did, whatever the router says.</summary>
    public bool Exact { get; }

    private static List<UpcycledGroup> Layout(List<ExpertGroupAttribute> groups)
    {
        var layout = new List<UpcycledGroup>();
        foreach (var (group, index) in groups.Select((group, index) => (group, index)))
        {
            layout.Add(new(groups.Count == 1 ? "experts." : $"experts.{index}.", group.Count, layout.Sum(before => before.Count)));
        }

        return layout;
    }

    /// <summary>Shared and routed experts each give half of the output where there are both, so that the sum keeps its scale.</summary>
    private static (double Shared, double Routed) Factors(MoeDeclaration declaration, int split)
    {
        var share = declaration.Shared is null ? 1.0 : 0.5;
        var gateScale = declaration.Gate is PickingGateAttribute gate ? gate.Scale : 1;
        return (share / SharedScale(declaration), share * split / gateScale);
    }

    /// <summary>What the shared experts' output is multiplied with: the declared scale, or sigmoid(0) of a gate that starts at 0.</summary>
    private static double SharedScale(MoeDeclaration declaration) => declaration.Shared switch
    {
        SharedExpertsAttribute<SwiGlu> shared => Weight(shared.Scale, shared.Gated),
        SharedExpertsAttribute<GeGlu> shared => Weight(shared.Scale, shared.Gated),
        SharedExpertsAttribute<Relu> shared => Weight(shared.Scale, shared.Gated),
        SharedExpertsAttribute<Gelu> shared => Weight(shared.Scale, shared.Gated),
        SharedExpertsAttribute<ReluSquared> shared => Weight(shared.Scale, shared.Gated),
        _ => 1,
    };

    private static double Weight(double scale, bool gated) => gated ? 0.5 : scale;

    private static bool IsExact(MoeDeclaration declaration, int split) =>
        declaration.Gate is TopKGateAttribute { Normalize: true } or NoisyTopKGateAttribute or HashGateAttribute
        && (split == 1 || PiecesStayTogether(declaration, split))
        && declaration.Capacity is null
        && declaration.Experts.All(group => !typeof(IZeroComputeExpert).IsAssignableFrom(group.Kind));

    /// <summary>Whether equal router rows make a token pick the pieces of one FFN together, with equal weights: the logits must come from the
    /// rows alone, and nothing may stand between equal logits and equal picks. All pieces picked is together in any case.</summary>
    private static bool PiecesStayTogether(MoeDeclaration declaration, int split) =>
        declaration.Gate is SoftmaxGateAttribute { Groups: <= 1 } or SigmoidGateAttribute { Groups: <= 1 } or CosineGateAttribute
            or PerturbedCosineGateAttribute or XMoeGateAttribute
        && ((PickingGateAttribute)declaration.Gate).TopK % split == 0;
}
