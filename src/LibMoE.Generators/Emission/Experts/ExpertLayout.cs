using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>Where each group of a layer's experts stands among the routable slots.</summary>
internal sealed class ExpertLayout
{
    private readonly List<Constant> _constants = [];
    private readonly string _letterOfConstants;

    /// <summary>Lays out the groups of a checked declaration.</summary>
    public ExpertLayout(LayerModel layer)
    {
        var several = layer.Experts.Count(group => group.Role != ExpertRole.ZeroCompute) > 1;
        var zeroCompute = 0;
        var constantGroups = layer.Experts.Count(IsConstant);
        foreach (var group in layer.Experts)
        {
            if (group.Role == ExpertRole.ZeroCompute)
            {
                var place = string.Join(" + ", FeedForwardCounts.Concat(zeroCompute > 0 ? [Text.Integer(zeroCompute)] : []));
                var count = IsConstant(group) && constantGroups == 1 ? Constant.Of("Z", group.Count).In(layer) : Text.Integer(group.Count);
                ZeroCompute.Add(new ZeroComputeGroup(group, place, count, ConstantExperts));
                ConstantExperts += IsConstant(group) ? group.Count : 0;
                zeroCompute += group.Count;
                continue;
            }

            int? index = several ? FeedForwardCounts.Count : null;
            var slots = new GroupSlots(layer, group, index, FeedForwardCounts);
            _constants.AddRange(slots.Constants);
            FeedForwardCounts.Add(slots.Count);
            if (group.Role == ExpertRole.FeedForward)
            {
                FeedForward.Add(new FeedForwardGroup(group, slots));
            }
            else
            {
                Custom.Add(new CustomGroup(group, slots));
            }
        }

        Space = new LatentSpace(layer);
        Shared = layer.Shared is { } shared ? new SharedGroup(layer, shared) : null;
        ConstantCount = Constant.Of("Z", ConstantExperts);
        _letterOfConstants = ConstantCount.In(layer);
    }

    /// <summary>Built-in FFN groups.</summary>
    public List<FeedForwardGroup> FeedForward { get; } = [];

    /// <summary>Groups of the user's own kinds.</summary>
    public List<CustomGroup> Custom { get; } = [];

    /// <summary>Zero-compute groups.</summary>
    public List<ZeroComputeGroup> ZeroCompute { get; } = [];

    /// <summary>The space that routed experts work in.</summary>
    public LatentSpace Space { get; }

    /// <summary>The shared experts, if any.</summary>
    public SharedGroup? Shared { get; }

    /// <summary>How many experts each FFN group and each group of the user's own kinds has, as C# source.</summary>
    public List<string> FeedForwardCounts { get; } = [];

    /// <summary>The constants that experts are counted and measured by.</summary>
    public IEnumerable<Constant> Constants() =>
        _constants.Concat(Space.Constants()).Concat(Shared?.Constants() ?? []).Concat(ConstantExperts > 0 ? [ConstantCount] : []);

    /// <summary>The fields with the options of SwiGLU, and their sources.</summary>
    public IEnumerable<(string Field, string Source)> SwiGluOptions() =>
        FeedForward.Select(group => group.Glu).Append(Shared?.Glu).OfType<(string Field, string Source)>();

    /// <summary>What the parameter table calls widths that the model gives: name and source.</summary>
    public IEnumerable<(string Name, string Source)> ModelWidths()
    {
        if (FeedForward.Any(group => group.Model.Hidden == 0))
        {
            yield return ("H", "shape.Hidden");
        }

        if (Shared is { IsOfTheModel: true } shared)
        {
            yield return (SharedGroup.HiddenName, shared.Source);
        }
    }

    /// <summary>Whether a parameter of built-in experts has the model's width as a dim.</summary>
    public bool HasDim => FeedForward.Count > 0 || Shared is not null || ConstantExperts > 0 || Space.IsLatent;

    private Constant ConstantCount { get; }

    private int ConstantExperts { get; }

    /// <summary>The rows of the parameter table.</summary>
    public IEnumerable<ParameterRow> Parameters()
    {
        foreach (var row in Space.Parameters().Concat(FeedForward.SelectMany(group => group.Parameters())))
        {
            yield return row;
        }

        if (ConstantExperts > 0)
        {
            yield return new("constant.value", "constantValue_ZD", $"{_letterOfConstants}, D", "Std: 0.02") { Matrix = false };
            yield return new("constant.weight", "constantWeight_Z2D", $"{_letterOfConstants}, 2, D", "Std: 0.02");
        }

        foreach (var row in Shared?.Parameters() ?? [])
        {
            yield return row;
        }
    }

    /// <summary>The expert lines of the description.</summary>
    public IEnumerable<Formula> Formulas() =>
    [
        .. FeedForward.Select(group => group.Formula()),
        .. Custom.Select(group => group.Formula()),
        .. ZeroCompute.Select(group => group.Formula()),
        .. Space.Formulas(),
        .. Shared is null ? Array.Empty<Formula>() : [Shared.Formula()],
    ];

    /// <summary>Whether shared experts are added to the only sum of routed ones as it is, so that they are computed beside it.</summary>
    public bool HasSharedBeside =>
        Shared is { IsAdded: true } && !Space.IsLatent && FeedForward.Count == 1 && Sums("", "", null).Count() == 1;

    /// <summary>The expressions whose sum is the routed output.</summary>
    /// <param name="plan">The plan of the picks.</param>
    /// <param name="picks">The picks.</param>
    /// <param name="beside">The function of what is added to it; null for nothing.</param>
    public IEnumerable<string> Sums(string plan, string picks, string? beside) =>
    [
        .. FeedForward.Select(group => group.Sum(plan, beside)),
        .. Custom.Select(group => group.Sum(picks)),
        .. ZeroCompute.Select(group => group.Sum(picks)).OfType<string>(),
    ];

    /// <summary>The expressions whose sum is each pick's own output.</summary>
    public IEnumerable<string> PerPick(string plan, string picks) =>
    [
        .. FeedForward.Select(group => group.PerPick(plan)),
        .. Custom.Select(group => group.PerPick(picks)),
        .. ZeroCompute.Select(group => group.PerPick(picks, Space.Input)).OfType<string>(),
    ];

    private static bool IsConstant(ExpertGroupModel group) => group.Kind == "Constant" && group.Role == ExpertRole.ZeroCompute;
}
