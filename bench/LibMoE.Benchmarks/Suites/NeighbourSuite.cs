using LibMoE.Benchmarks.Contenders;
using LibMoE.Benchmarks.Measuring;
using LibMoE.Runtime;
using static TorchSharp.torch;

namespace LibMoE.Benchmarks.Suites;

/// <summary>
/// A training step beside two threads that are always busy, with two threads against one. Threads that sleep while they wait lose little to
/// their neighbours; threads that spin take many times as long. The aim is a ratio below 1.2.
/// </summary>
internal static class NeighbourSuite
{
    private const int Neighbours = 2;

    /// <summary>A round must be long beside the time slices in which the system takes turns.</summary>
    private const int StepsOfARound = 20;

    private static readonly LayerSize Size = new("quickstart", 1024, 64, 64, 16, 2);
    private static readonly ModelConfig Model = new() { Dim = 64, Layers = 2, Heads = 4, Hidden = 128, Context = 64 };

    /// <summary>The contest's name.</summary>
    public static string Name => "neighbours/quickstart/2 busy";

    /// <summary>Measures while the neighbours are there.</summary>
    public static IReadOnlyList<Result> Run(BenchmarkSettings settings)
    {
        var steps = settings.Quick ? 1 : StepsOfARound;
        using var neighbours = new BusyNeighbours(Neighbours);
        return new Contest(Name, Threads: 2, () => [With(1, steps), With(2, steps)]) { TokensPerStep = steps * Size.Tokens }
            .Run(settings);
    }

    private static Contender With(int threads, int steps)
    {
        var step = TrainingStep.Contender($"emitted fp32, threads: {threads}", Model, Variants.Of(Size), Size.Tokens);
        return step with
        {
            Step = round =>
            {
                set_num_threads(threads);
                for (var i = 0; i < steps; i++)
                {
                    using var scope = NewDisposeScope();
                    step.Step(round * steps + i);
                }
            },
        };
    }
}
