namespace LibMoE.Runtime.Studies.Scaling;

/// <summary>A link between cards: α, what a small message takes, and β, the bytes that a card moves in a second.</summary>
/// <param name="SumGBs">GB/s of a sum over cards, as the field's tests of collectives state it (bus bandwidth); above 0.</param>
/// <param name="RowsGBs">GB/s that leave a card in an exchange of rows; above 0.</param>
/// <param name="Microseconds">What a collective takes however small it is; 0 or more.</param>
internal sealed record ClusterLink(double SumGBs, double RowsGBs, double Microseconds)
{
    /// <summary>What is added whenever the number of those that take part doubles: cards inside a node, nodes across; 0 or
    /// more.</summary>
    public double MicrosecondsPerDoubling { get; init; }

    /// <summary>Bytes a second of a sum.</summary>
    internal double SumRate => SumGBs * 1e9;

    /// <summary>Bytes a second of rows.</summary>
    internal double RowRate => RowsGBs * 1e9;

    /// <summary>α in seconds among so many.</summary>
    internal double Latency(double taking) => 1e-6 * (Microseconds + MicrosecondsPerDoubling * Math.Log2(Math.Max(1, taking)));

    internal IEnumerable<string> Problems(string name) =>
    [
        .. Cluster.Above($"{name}.sumGBs", SumGBs), .. Cluster.Above($"{name}.rowsGBs", RowsGBs),
        .. Cluster.NotBelow($"{name}.microseconds", Microseconds),
        .. Cluster.NotBelow($"{name}.microsecondsPerDoubling", MicrosecondsPerDoubling),
    ];
}
