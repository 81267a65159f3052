namespace LibMoE.Runtime.Training;

/// <summary>Has units of work computed, by one process or by several.</summary>
internal interface IWorkSharer
{
    /// <summary>The results, in the order of the units. One that another rank could not compute is computed here, so that its fault is that
    /// of one process.</summary>
    /// <param name="what">What it is, so that other ranks can prepare the same.</param>
    /// <param name="units">The units' numbers.</param>
    /// <param name="compute">The result of a unit, at least one byte, which follows from its number alone.</param>
    /// <param name="stop">Ends the work between two rounds.</param>
    IEnumerable<byte[]> Share(string what, IReadOnlyList<int> units, Func<int, byte[]> compute, CancellationToken stop);
}
