using System.Diagnostics;
using static TorchSharp.torch;

namespace LibMoE.Benchmarks.Measuring;

/// <summary>Several ways to do the same job, taking turns; the first is the baseline.</summary>
/// <param name="Name">Suite, shape, threads and direction.</param>
/// <param name="Threads">libtorch's thread count.</param>
/// <param name="Create">Makes the contenders in a dispose scope that ends with the contest.</param>
internal sealed record Contest(string Name, int Threads, Func<IReadOnlyList<Contender>> Create)
{
    /// <summary>Shorter steps are repeated within a round until it lasts about so long.</summary>
    private const double LeastMilliseconds = 4;

    /// <summary>Tokens that a step takes in, where tokens per second are of interest.</summary>
    public int? TokensPerStep { get; init; }

    /// <summary>Runs the rounds.</summary>
    public IReadOnlyList<Result> Run(BenchmarkSettings settings)
    {
        set_num_threads(Threads);
        using var scope = NewDisposeScope();
        var contenders = Create();
        var times = contenders.Select(_ => new List<double>()).ToList();
        var repeats = Warm(contenders);
        var clock = Stopwatch.StartNew();
        for (var round = 0; round < settings.MostRounds && (round < settings.LeastRounds || clock.Elapsed < settings.Budget); round++)
        {
            for (var i = 0; i < contenders.Count; i++)
            {
                times[i].Add(Time(contenders[i], round, repeats, settings.ProcessorTime));
            }
        }

        return [.. contenders.Select((contender, i) => Result.Of(this, contender.Name, times[i], times[0]))];
    }

    /// <summary>Two steps each, for compiled kernels and warm memory; says how often a round repeats a step.</summary>
    private static int Warm(IReadOnlyList<Contender> contenders)
    {
        var longest = 0.0;
        foreach (var contender in contenders)
        {
            Time(contender, 0, 1, false);
            longest = Math.Max(longest, Time(contender, 1, 1, false));
        }

        return Math.Max(1, (int)(LeastMilliseconds / longest));
    }

    private static double Time(Contender contender, int round, int repeats, bool processorTime)
    {
        var (start, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        for (var i = 0; i < repeats; i++)
        {
            using var scope = NewDisposeScope();
            contender.Step(round * repeats + i);
        }

        var elapsed = processorTime ? Environment.CpuUsage.TotalTime - used : Stopwatch.GetElapsedTime(start);
        return elapsed.TotalMilliseconds / repeats;
    }
}
