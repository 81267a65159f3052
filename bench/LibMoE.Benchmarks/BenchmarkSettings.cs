namespace LibMoE.Benchmarks;

/// <summary>What a run was asked for.</summary>
/// <param name="Quick">Whether a smoke test is enough.</param>
/// <param name="Filter">Part of the names of the contests to run; empty runs all.</param>
/// <param name="Threads">The thread counts to measure with.</param>
/// <param name="ProcessorTime">Whether processor time is measured, and not wall time.</param>
/// <param name="Rounds">At least so many rounds of each contest, however long they take; null takes what the time allows.</param>
/// <param name="Llama2c">The path of llama2.c's program; null measures nothing against it.</param>
internal sealed record BenchmarkSettings(
    bool Quick, string Filter, IReadOnlyList<int> Threads, bool ProcessorTime, int? Rounds, string? Llama2c)
{
    /// <summary>How long the rounds of one contest go on.</summary>
    public TimeSpan Budget => TimeSpan.FromSeconds(Quick ? 0.5 : 5);

    /// <summary>At least so many rounds, however long they take.</summary>
    public int LeastRounds => Rounds ?? (Quick ? 2 : 9);

    /// <summary>At most so many rounds.</summary>
    public int MostRounds => Math.Max(LeastRounds, Quick ? 15 : 101);
}
