namespace LibMoE.Runtime;

/// <summary>What people read for a disturbance of the routing. A family without a row is called by its own name.</summary>
internal static class PerturbationNames
{
    /// <summary>In the order of a chart.</summary>
    private static readonly (string Family, Func<string, string> Words)[] Table =
    [
        ("DropTop1", _ => "without the first pick"),
        ("DropTop1And2", _ => "without the first two picks"),
        ("TopK", value => $"K = {value}"),
        ("Temperature", value => $"temperature {value}"),
        ("EqualWeights", _ => "equal weights"),
        ("Random", _ => "random experts"),
        ("Uniform", _ => "experts in turn"),
        ("Ablate", _ => "without one expert"),
    ];

    /// <summary>The disturbance, without the block and the expert that it is about.</summary>
    public static string Of(PerturbationResult result)
    {
        var value = FormattableString.Invariant($"{result.Value}");
        return Place(result) is var place && place < Table.Length ? Table[place].Words(value) : $"{result.Name} {value}".TrimEnd();
    }

    /// <summary>Where its family stands in a chart; families without a row come last.</summary>
    public static int Place(PerturbationResult result) =>
        Array.FindIndex(Table, row => row.Family == result.Name) is var place and >= 0 ? place : Table.Length;
}
