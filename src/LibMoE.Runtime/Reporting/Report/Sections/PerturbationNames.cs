namespace LibMoE.Runtime;

/// <summary>What people read for a disturbance of the routing. A family without a row is called by its own name.</summary>
internal static class PerturbationNames
{
    private static readonly Dictionary<string, Func<string, string>> Table = new(StringComparer.Ordinal)
    {
        ["DropTop1"] = _ => "without the first pick",
        ["DropTop1And2"] = _ => "without the first two picks",
        ["Temperature"] = value => $"temperature {value}",
        ["TopK"] = value => $"K = {value}",
        ["Random"] = _ => "random experts",
        ["Uniform"] = _ => "experts in turn",
        ["EqualWeights"] = _ => "equal weights",
        ["Ablate"] = _ => "without one expert",
    };

    /// <summary>The disturbance, without the block and the expert that it is about.</summary>
    public static string Of(PerturbationResult result)
    {
        var value = FormattableString.Invariant($"{result.Value}");
        return Table.TryGetValue(result.Name, out var name) ? name(value) : $"{result.Name} {value}".TrimEnd();
    }
}
