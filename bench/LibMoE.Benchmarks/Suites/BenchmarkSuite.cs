using LibMoE.Benchmarks.Measuring;
using LibMoE.Runtime.Kernels.Matmul;
using LibMoE.Runtime.Kernels.Native;

namespace LibMoE.Benchmarks.Suites;

/// <summary>The suites in the order of a run.</summary>
internal static class BenchmarkSuite
{
    public static IEnumerable<(string Name, Func<IReadOnlyList<Result>> Run)> Runs(BenchmarkSettings settings)
    {
        // Memory first: later, allocators hold much that the steps of other suites needed.
        foreach (var size in LayerSuite.Sizes.Take(PeakMemory.IsMeasurable ? 1 : 0))
        {
            yield return (MemorySuite.Name(size), () => MemorySuite.Run(size));
        }

        if (PeakMemory.IsMeasurable)
        {
            yield return (HeadSuite.MemoryName, HeadSuite.Memory);
            yield return (TrainingSuite.MemoryName, TrainingSuite.Memory);
        }

        Contest[] contests =
        [
            .. LayerSuite.Contests(settings), .. OptionSuite.Contests(settings), .. AttentionSuite.Contests(settings),
            .. TrainingSuite.Contests(settings), .. GrowthSuite.Contests(settings), .. HeadSuite.Contests(settings),
            .. GenerationSuite.Contests(settings),
        ];
        foreach (var contest in contests)
        {
            yield return (contest.Name, () => contest.Run(settings));
        }

        if (PanelProduct.IsSupported && TorchLibrary.Loaded is not null)
        {
            yield return (ProductSuite.Name, () => ProductSuite.Run(settings));
        }

        foreach (var run in Llama2cSuite.Runs(settings))
        {
            yield return run;
        }

        if (RankJobs.AreMeasurable)
        {
            yield return (RankSuite.Name, () => RankSuite.Run(settings));
            foreach (var plan in new[] { new PlanSuite(2), new PlanSuite(4) })
            {
                yield return (plan.Name, () => plan.Run(settings));
            }
        }

        yield return (NeighbourSuite.Name, () => NeighbourSuite.Run(settings));
    }
}
