using LibMoE.Benchmarks.Contenders;
using LibMoE.Benchmarks.Measuring;
using LibMoE.Runtime;

namespace LibMoE.Benchmarks.Suites;

/// <summary>
/// The trainer's step on two ranks with one thread each, which have a copy of all experts or share them, against one process with two
/// threads on the same batch. What the sums cost that go on during the backward pass is the step's time beyond that of the two processes
/// side by side, each with its half of the batch and a model of its own, until both are done.
/// </summary>
internal static class RankSuite
{
    private const int Processes = 2;

    /// <summary>The contest's name.</summary>
    public static string Name => "ranks/4 layers/2 ranks";

    /// <summary>Measures.</summary>
    public static IReadOnlyList<Result> Run(BenchmarkSettings settings)
    {
        using var jobs = RankJobs.Start(Processes);
        using var alone = new RankTraining(Ranks.One, threads: Processes);
        return new Contest(Name, Threads: Processes, () =>
        [
            new Contender("one process, 2 threads", _ => alone.Step()), jobs.SideBySide(), jobs.DataParallel(), jobs.ExpertParallel(),
        ])
        { TokensPerStep = RankTraining.Size.Tokens }.Run(settings);
    }
}
