using LibMoE.Benchmarks.Contenders;
using LibMoE.Benchmarks.Measuring;
using LibMoE.Runtime;

namespace LibMoE.Benchmarks.Suites;

/// <summary>What options of experts cost: layers of shape S against the plain one.</summary>
internal static class OptionSuite
{
    private static readonly bool[] Backward = [false, true];

    public static IEnumerable<Contest> Contests(BenchmarkSettings settings) =>
        from threads in settings.Threads
        from backward in Backward
        let direction = backward ? "forward+backward" : "forward"
        select new Contest($"options/S/{threads} threads/{direction}", threads, () => Contenders(backward));

    private static List<Contender> Contenders(bool backward)
    {
        var size = LayerSuite.Sizes[0];
        var inputs = new LayerInputs(size);
        return
        [
            .. OptionLayers.All.Select(option =>
                LayerContenders.Layer(option.Name, option.Variant.Create(new MoeShape(size.Dim)), inputs, backward)),
        ];
    }
}
