using LibMoE.Benchmarks.Contenders;
using LibMoE.Benchmarks.Measuring;

namespace LibMoE.Benchmarks.Suites;

/// <summary>How time grows with the tokens of a call, and with the experts while the active FLOPs stay the same.</summary>
internal static class GrowthSuite
{
    private static readonly int[] Tokens = [256, 1024, 4096, 16384];
    private static readonly int[] Experts = [8, 32, 128, 256];

    public static IEnumerable<Contest> Contests(BenchmarkSettings settings)
    {
        foreach (var threads in settings.Threads)
        {
            foreach (var tokens in Tokens)
            {
                var size = new LayerSize($"T={tokens}", tokens, 256, 512, 8, 2);
                yield return new Contest($"growth/tokens/{size.Name}/{threads} threads", threads, () =>
                    [LayerContenders.Floor(size, backward: true), Emitted(size)]);
            }

            yield return new Contest($"growth/experts/{threads} threads", threads, () =>
                [.. Experts.Select(experts => Emitted(new LayerSize($"E={experts}", 4096, 256, 512, experts, 2)))]);
        }
    }

    private static Contender Emitted(LayerSize size) =>
        LayerContenders.Layer($"emitted fp32, {size.Name}", LayerContenders.Emitted(size, null), new LayerInputs(size), backward: true);
}
