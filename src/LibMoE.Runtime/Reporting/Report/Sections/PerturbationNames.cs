namespace LibMoE.Runtime.Reporting.Report.Sections;

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
    public static string Of(PerturbationResult result) => Of(result.Name, result.Value);

    /// <summary>The disturbance that was left out.</summary>
    public static string Of(OmittedPerturbation omitted) => Of(omitted.Name, omitted.Value);

    /// <summary>Where its family stands in a chart; families without a row come last.</summary>
    public static int Place(PerturbationResult result) => Place(result.Name);

    private static string Of(string family, double? number)
    {
        var value = FormattableString.Invariant($"{number}");
        return Place(family) is var place && place < Table.Length ? Table[place].Words(value) : $"{family} {value}".TrimEnd();
    }

    private static int Place(string family) =>
        Array.FindIndex(Table, row => row.Family == family) is var place and >= 0 ? place : Table.Length;
}
