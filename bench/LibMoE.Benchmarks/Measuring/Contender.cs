namespace LibMoE.Benchmarks.Measuring;

/// <summary>One way to do a job.</summary>
/// <param name="Name">What stands in the table.</param>
/// <param name="Step">Does the job on the inputs of a round.</param>
internal sealed record Contender(string Name, Action<int> Step);
