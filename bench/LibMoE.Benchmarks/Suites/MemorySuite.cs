using LibMoE.Benchmarks.Contenders;
using LibMoE.Benchmarks.Measuring;
using static TorchSharp.torch;

namespace LibMoE.Benchmarks.Suites;

/// <summary>Peak memory of forward and backward above the parameters and inputs.</summary>
internal static class MemorySuite
{
    public static string Name(LayerSize size) => $"memory/{size.Name}";

    public static IReadOnlyList<Result> Run(LayerSize size) => Run(Name(size), () => LayerContenders.All(size, backward: true));

    /// <summary>The peaks of other contenders.</summary>
    public static IReadOnlyList<Result> Run(string name, Func<IReadOnlyList<Contender>> create)
    {
        using var scope = NewDisposeScope();
        return
        [
            .. create().Select(contender => new Result(
                name, contender.Name, get_num_threads(), 1, null, null, null, null, PeakMebibytes: Peak(contender))),
        ];
    }

    private static double Peak(Contender contender)
    {
        Step(contender, 0);
        return PeakMemory.Of(() => Step(contender, 1));
    }

    private static void Step(Contender contender, int round)
    {
        using var scope = NewDisposeScope();
        contender.Step(round);
    }
}
