using System.Diagnostics;
using System.Globalization;
using LibMoE.Runtime.Training;
using LibMoE.Runtime.Training.Learners;
using static TorchSharp.torch;

namespace LibMoE.Distributed.Tests.Workers;

/// <summary>The layer of the models whose steps are timed.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 256), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class TimedMoe;

/// <summary>
/// Times training steps and the engine's sums; the first rank prints medians: <c>speed WIDTH BLOCKS BATCH STEPS [copies|after]</c>. With
/// copies, so many trainings that say nothing to each other run side by side, as a measure of what one rank computes while others do.
/// </summary>
internal static class SpeedWorker
{
    private const int Length = 128;

    public static int Run(Ranks ranks, string[] arguments)
    {
        int[] numbers = [.. arguments.Take(4).Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        var (width, blocks, batch, steps) = (numbers[0], numbers[1], numbers[2], numbers[3]);
        var alone = arguments.Contains("copies");
        ranks.Options = ranks.Options with { Overlap = !arguments.Contains("after") };
        foreach (var bytes in new[] { 1 << 10, 256 << 10, 4 << 20, 16 << 20 })
        {
            Print(ranks, $"sum of {bytes >> 10} KiB", Sums(ranks, bytes));
        }

        Print(ranks, $"step of {batch} sequences", Steps(ranks, alone ? Ranks.One : ranks, width, blocks, batch, steps));
        return 0;
    }

    private static List<double> Sums(Ranks ranks, int bytes)
    {
        using var tensor = ones(bytes / sizeof(float));
        var times = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            ranks.Barrier("a round");
            var clock = Stopwatch.StartNew();
            ranks.Sum(tensor, "timed numbers");
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        return times;
    }

    private static List<double> Steps(Ranks all, Ranks ranks, int width, int blocks, int batch, int steps)
    {
        var model = new ModelConfig { Dim = width, Layers = blocks, Heads = 4, Hidden = 4 * width, Context = Length };
        var words = string.Join(' ', Enumerable.Range(0, 40_000).Select(word => word * 7919L % 9973));
        var corpus = Corpus.Split("numbers", [.. words.Chunk(2000).Select((text, i) => new Document($"{i}", new string(text)))]);
        var config = new TrainingConfig { Steps = 1_000_000, Batch = batch, SequenceLength = Length, Threads = 1 };
        using var learner = new TextLearner(
            LanguageModel.Create(model, MoeVariant.Of<TimedMoe>(), ranks: ranks), corpus, config, ownsModel: true);
        using var run = new TrainingRun(learner, config, ranks);
        var times = new List<double>();
        for (var i = 0; i < steps; i++)
        {
            all.Barrier("a round");
            var clock = Stopwatch.StartNew();
            run.Step();
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        if (ranks.IsFirst)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"waited for gradients {run.Waited.TotalMilliseconds / steps:F2} ms a step, "
                + $"{run.Waited.TotalMilliseconds / times.Sum():P1}"));
        }

        return times;
    }

    private static void Print(Ranks ranks, string what, List<double> times)
    {
        if (ranks.IsFirst)
        {
            times.Sort();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: median {times[times.Count / 2]:F3} ms, quarter {times[times.Count / 4]:F3} ms, of {times.Count}"));
        }
    }
}
