using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LibMoE.Benchmarks.Contenders;
using LibMoE.Benchmarks.Measuring;
using LibMoE.Runtime;
using LibMoE.Runtime.Training;
using LibMoE.Runtime.Training.Learners;
using static TorchSharp.torch;

namespace LibMoE.Benchmarks.Suites;

/// <summary>
/// The trainer's step on two ranks with one thread each, against one process with two threads on the same batch. This process is the first
/// rank, and starts the second, which waits without using the processor while the first computes alone.
/// </summary>
internal static class RankSuite
{
    private const int Processes = 2;
    private const int Steps = 1_000_000;
    private static readonly LayerSize Size = new("4 layers", 2048, 128, 256, 8, 2);
    private static readonly ModelConfig Model = new() { Dim = 128, Layers = 4, Heads = 4, Hidden = 512, Context = 128 };

    /// <summary>Whether ranks can be joined here.</summary>
    public static bool IsMeasurable => File.Exists(Path.Combine(AppContext.BaseDirectory, "libmoe_c10d.so"));

    /// <summary>The contest's name.</summary>
    public static string Name => "ranks/4 layers/2 ranks";

    /// <summary>Measures.</summary>
    public static IReadOnlyList<Result> Run(BenchmarkSettings settings)
    {
        var port = FreePort();
        using var second = Process.Start(new ProcessStartInfo(
            "dotnet", [typeof(RankSuite).Assembly.Location, "--follow", port.ToString(CultureInfo.InvariantCulture)]))!;
        using var ranks = Join(0, port);
        using var together = new Training(ranks);
        using var alone = new Training(Ranks.One);
        var results = new Contest(Name, Threads: Processes, () =>
        [
            new Contender("one process, 2 threads", _ => alone.Step(threads: 2)),
            new Contender("two ranks, 1 thread each", round =>
            {
                _ = Goes(ranks, go: true);
                together.Step(threads: 1);
            }),
        ])
        { TokensPerStep = Size.Tokens }.Run(settings);
        _ = Goes(ranks, go: false);
        second.WaitForExit();
        return results;
    }

    /// <summary>What the second rank does: a step for each of the first's.</summary>
    public static void Follow(int port)
    {
        using var ranks = Join(1, port);
        using var training = new Training(ranks);
        while (Goes(ranks, go: false))
        {
            training.Step(threads: 1);
        }
    }

    private static Ranks Join(int rank, int port) => RankGroup.Join(
        new RankOptions { LimitSeconds = 300 }, new RankPlace(rank, Processes, rank, Processes, RankPlace.Loopback, port, "the benchmark"));

    /// <summary>Whether the first rank makes another step.</summary>
    private static bool Goes(Ranks ranks, bool go)
    {
        using var flag = tensor(new[] { go ? 1L : 0 });
        ranks.Sum(flag, "whether to go on");
        return flag.data<long>()[0] > 0;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>One training of the model.</summary>
    private sealed class Training : IDisposable
    {
        private readonly TextLearner _learner;
        private readonly TrainingRun _run;

        public Training(Ranks ranks)
        {
            var words = string.Join(' ', Enumerable.Range(0, 40_000).Select(word => word * 7919L % 9973));
            var corpus = Corpus.Split("numbers", [.. words.Chunk(2000).Select((text, i) => new Document($"{i}", new string(text)))]);
            var config = new TrainingConfig { Steps = Steps, Batch = Size.Tokens / Model.Context, SequenceLength = Model.Context };
            _learner = new TextLearner(LanguageModel.Create(Model, Variants.Of(Size), ranks: ranks), corpus, config, ownsModel: true);
            _run = new TrainingRun(_learner, config, ranks);
        }

        public void Step(int threads)
        {
            set_num_threads(threads);
            _run.Step();
        }

        public void Dispose()
        {
            _run.Dispose();
            _learner.Dispose();
        }
    }
}
