using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>Where each group of a layer's experts stands among the routable slots.</summary>
internal sealed class ExpertLayout
{
    /// <summary>Lays out the groups of a checked declaration.</summary>
    public ExpertLayout(LayerModel layer)
    {
        var several = layer.Experts.Count(group => group.Role != ExpertRole.ZeroCompute) > 1;
        var first = 0;
        var index = 0;
        foreach (var group in layer.Experts)
        {
            int? place = several && group.Role != ExpertRole.ZeroCompute ? index++ : null;
            switch (group.Role)
            {
                case ExpertRole.FeedForward:
                    FeedForward.Add(new FeedForwardGroup(group, first, place));
                    break;
                case ExpertRole.ZeroCompute:
                    ZeroCompute.Add(new ZeroComputeGroup(group, first, Constants));
                    Constants += group.Kind == "Constant" ? group.Count : 0;
                    break;
                default:
                    Custom.Add(new CustomGroup(group, first, place));
                    break;
            }

            first += group.Count;
        }
    }

    /// <summary>Built-in FFN groups.</summary>
    public List<FeedForwardGroup> FeedForward { get; } = [];

    /// <summary>Groups of the user's own kinds.</summary>
    public List<CustomGroup> Custom { get; } = [];

    /// <summary>Zero-compute groups.</summary>
    public List<ZeroComputeGroup> ZeroCompute { get; } = [];

    /// <summary>How many constant experts there are in all.</summary>
    public int Constants { get; }

    /// <summary>The rows of the parameter table.</summary>
    public IEnumerable<ParameterRow> Parameters()
    {
        foreach (var row in FeedForward.SelectMany(group => group.Parameters()))
        {
            yield return row;
        }

        if (Constants > 0)
        {
            yield return new("constant.value", "constantValue_ND", $"{Constants}, shape.Dim", "Std: 0.02");
            yield return new("constant.weight", "constantWeight_N2D", $"{Constants}, 2, shape.Dim", "Std: 0.02");
        }
    }

    /// <summary>The expert lines of the description.</summary>
    public IEnumerable<Formula> Formulas() =>
    [
        .. FeedForward.Select(group => group.Formula()),
        .. Custom.Select(group => group.Formula()),
        .. ZeroCompute.Select(group => group.Formula()),
    ];

    /// <summary>The expressions whose sum is the routed output.</summary>
    public IEnumerable<string> Sums(string plan, string picks) =>
    [
        .. FeedForward.Select(group => group.Sum(plan)),
        .. Custom.Select(group => group.Sum(picks)),
        .. ZeroCompute.Select(group => group.Sum(picks)).OfType<string>(),
    ];

    /// <summary>The expressions whose sum is each pick's own output.</summary>
    public IEnumerable<string> PerPick(string plan, string picks) =>
    [
        .. FeedForward.Select(group => group.PerPick(plan)),
        .. Custom.Select(group => group.PerPick(picks)),
        .. ZeroCompute.Select(group => group.PerPick(picks)).OfType<string>(),
    ];
}
