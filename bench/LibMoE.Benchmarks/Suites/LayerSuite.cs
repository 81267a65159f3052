using LibMoE.Benchmarks.Contenders;
using LibMoE.Benchmarks.Measuring;

namespace LibMoE.Benchmarks.Suites;

/// <summary>One layer against its floor, forward alone and with backward.</summary>
internal static class LayerSuite
{
    public static readonly IReadOnlyList<LayerSize> Sizes =
    [
        new("S", 4096, 256, 512, 8, 2),
        new("M", 4096, 512, 1024, 8, 2),
        new("X", 4096, 256, 128, 64, 8),
        new("decode-1", 1, 256, 512, 8, 2),
        new("decode-8", 8, 256, 512, 8, 2),
        new("decode-64", 64, 256, 512, 8, 2),
        new("quickstart", 1024, 64, 64, 16, 2),
    ];

    private static readonly bool[] Backward = [false, true];

    public static IEnumerable<Contest> Contests(BenchmarkSettings settings) =>
        from size in Sizes
        from threads in settings.Threads
        from backward in Backward
        let direction = backward ? "forward+backward" : "forward"
        select new Contest($"layer/{size.Name}/{threads} threads/{direction}", threads, () => LayerContenders.All(size, backward));
}
