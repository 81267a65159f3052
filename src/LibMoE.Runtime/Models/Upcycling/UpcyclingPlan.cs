namespace LibMoE.Runtime.Models.Upcycling;

/// <summary>What an expert group takes from the dense FFN.</summary>
/// <param name="Prefix">The group's names in the layer: <c>experts.</c> or <c>experts.0.</c></param>
/// <param name="Count">How many experts it has.</param>
/// <param name="First">The group's first expert, counted over all FFN groups.</param>
internal sealed record UpcycledGroup(string Prefix, int Count, int First);

/// <summary>Which parts of a declared layer a dense FFN fills, and with what factor on its output.</summary>
internal sealed class UpcyclingPlan
{
    /// <summary>Matches a declaration with the FFN of a dense model.</summary>
    /// <exception cref="ConfigurationException">The layer cannot hold the dense FFN; the message says why and what would do.</exception>
    public UpcyclingPlan(FeedForwardShape dense, MoeDeclaration declaration, UpcyclingOptions options)
    {
        var problems = options.Problems().ToList();
        var feedForward = declaration.Experts.Where(group => !typeof(IZeroComputeExpert).IsAssignableFrom(group.Kind)).ToList();
        foreach (var group in feedForward.Concat(declaration.Shared is null ? [] : [declaration.Shared]))
        {
            if (group.Kind.Name != dense.Activation.ToString())
            {
                problems.Add($"{declaration.Name} declares {group.Kind.Name} experts, but the dense model's FFN is {dense.Activation}; "
                    + $"declare Experts<{dense.Activation}>.");
            }
        }

        if (declaration.Latent is { } latent)
        {
            problems.Add($"{declaration.Name}'s experts read a latent of width {latent.Width}, the dense model's FFN the token itself; "
                + "remove LatentExperts.");
        }

        problems.AddRange((options.Blocks ?? []).Where(block => block < 0 || block >= dense.Blocks)
            .Select(block => $"Upcycling:Blocks names block {block}; blocks go from 0 to {dense.Blocks - 1}."));
        var split = Math.Max(options.Split, 1);
        var experts = feedForward.Sum(group => group.Count);
        if (experts % split != 0 || dense.Hidden % split != 0)
        {
            problems.Add($"Upcycling:Split is {split}; it must divide {declaration.Name}'s {experts} FFN experts and the dense model's "
                + $"hidden width, {dense.Hidden}.");
        }
        else if (split > 1 && feedForward.Any(group => group.Hidden == 0))
        {
            problems.Add($"Upcycling:Split is {split}, so {declaration.Name} must declare Hidden = {dense.Hidden / split} on its experts.");
        }
        else
        {
            problems.AddRange(
                feedForward.Where(group => group.Hidden != 0 && (long)group.Hidden * split != dense.Hidden).Select(group => split == 1
                    ? $"{declaration.Name}'s experts are {group.Hidden} wide, the dense model's FFN {dense.Hidden}; declare Hidden = "
                        + $"{dense.Hidden}, or split the FFN by Upcycling:Split."
                    : $"{declaration.Name}'s experts are {group.Hidden} wide; {split} of them must make up the dense model's "
                        + $"{dense.Hidden}, so declare Hidden = {dense.Hidden / split}."));
        }

        if (declaration.Shared is { } shared && (long)shared.Count * (shared.Hidden == 0 ? dense.Hidden : shared.Hidden) != dense.Hidden)
        {
            problems.Add($"{declaration.Name}'s shared experts must add up to the dense model's hidden width of {dense.Hidden}.");
        }

        ConfigurationException.ThrowIfAny(problems);
        (Split, Experts) = (split, experts);
        Groups = Layout(feedForward);
        (SharedFactor, RoutedFactor) = Factors(declaration, split);
        Departures = [.. DeparturesOf(dense, declaration, options, split)];
    }

    /// <summary>g.</summary>
    public int Split { get; }

    /// <summary>F: the FFN experts of all groups, which are the first of the router's rows.</summary>
    public int Experts { get; }

    /// <summary>The FFN groups.</summary>
    public IReadOnlyList<UpcycledGroup> Groups { get; }

    /// <summary>The factor on the shared experts' output projection.</summary>
    public double SharedFactor { get; }

    /// <summary>The factor on the routed experts' output projections.</summary>
    public double RoutedFactor { get; }

    /// <summary>Why the mixture does not start at what the dense FFN computed, a few words each; none where it does.</summary>
    public IReadOnlyList<string> Departures { get; }

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
        var routedShare = declaration.Shared is SharedExpertsAttribute { Mixed: true } ? 0.5 : 1;
        return (share / SharedScale(declaration), share * split / gateScale / routedShare);
    }

    /// <summary>What the shared experts' output is multiplied with: the declared scale, or what a gate or a mix that starts at 0
    /// gives it, one half.</summary>
    private static double SharedScale(MoeDeclaration declaration) => declaration.Shared switch
    {
        SharedExpertsAttribute { Gated: true } or SharedExpertsAttribute { Mixed: true } => 0.5,
        SharedExpertsAttribute shared => shared.Scale,
        _ => 1,
    };

    private static IEnumerable<string> DeparturesOf(FeedForwardShape dense, MoeDeclaration declaration, UpcyclingOptions options, int split)
    {
        if (dense.Bias && declaration.Shared is { Bias: false })
        {
            yield return "shared experts, which have no biases";
        }

        if (options.Noise > 0)
        {
            yield return "noise on the copies";
        }

        if (options.DropFraction > 0)
        {
            yield return "hidden units that are redrawn";
        }

        if (declaration.Experts.Append(declaration.Shared).OfType<ExpertGroupAttribute>().Any(DepartsFromSwiGlu))
        {
            yield return "a clamp, a slope or an offset of the experts' SwiGLU";
        }

        if (declaration.Gate is LinearGateAttribute { WeighInput: true })
        {
            yield return "weights on what experts read";
        }

        if (declaration.Shared is SharedExpertsAttribute { InRouterSum: true })
        {
            yield return "shared experts that the router weighs";
        }

        // A learned scale of each expert starts at 1.
        if (declaration.WeightSum is null && declaration.Gate is not LinearGateAttribute { ExpertScale: true, Normalize: true }
            && declaration.Shared is not SharedExpertsAttribute { InRouterSum: true })
        {
            yield return $"weights that do not sum to {(declaration.Gate as PickingGateAttribute)?.Scale ?? 1} over a token's picks";
        }
        else if (split > 1 && !PiecesStayTogether(declaration, split))
        {
            yield return $"picks that are not {split} pieces of one FFN with equal weights";
        }

        if (declaration.Capacity is not null)
        {
            yield return "a capacity, which drops picks";
        }

        if (declaration.Experts.Any(group => typeof(IZeroComputeExpert).IsAssignableFrom(group.Kind)))
        {
            yield return "zero-compute experts, which are not copies";
        }
    }

    private static bool DepartsFromSwiGlu(ExpertGroupAttribute group) => group.Limit > 0 || group.Slope != 1 || group.UpOffset != 0;

    /// <summary>Whether equal router rows make a token pick the pieces of one FFN together, with equal weights: the logits must come from
    /// the rows alone, and nothing may stand between equal logits and equal picks. All pieces picked is together in any case.</summary>
    private static bool PiecesStayTogether(MoeDeclaration declaration, int split) =>
        declaration.Gate is GroupedGateAttribute { Groups: <= 1 } or CosineGateAttribute
            or PerturbedCosineGateAttribute or XMoeGateAttribute
        && ((PickingGateAttribute)declaration.Gate).TopK % split == 0;
}
