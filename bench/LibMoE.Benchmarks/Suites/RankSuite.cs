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
/// The trainer's step on two ranks with one thread each, which have a copy of all experts or share them, against one process with two
/// threads on the same batch. This process is the first rank, and starts the second, which waits without using the processor while the
/// first computes alone. What the sums cost that go on during the backward pass is the step's time beyond that of the two processes side
/// by side, each with its half of the batch and a model of its own, until both are done.
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
        using var copies = new Training(ranks, ExpertRanks.Unshared);
        using var shared = new Training(ranks, ranks.Experts);
        using var apart = new Training(Ranks.One, batches: Processes);
        using var alone = new Training(Ranks.One);
        var results = new Contest(Name, Threads: Processes, () =>
        [
            new Contender("one process, 2 threads", _ => alone.Step(threads: 2)),
            new Contender("two processes, half the batch each", round =>
            {
                _ = Next(ranks, Orders.Apart);
                apart.Step(threads: 1);
                ranks.Barrier("both are done");
            }),
            new Contender("two ranks, 1 thread each", round =>
            {
                _ = Next(ranks, Orders.Copies);
                copies.Step(threads: 1);
            }),
            new Contender("two ranks that share experts, 1 thread each", round =>
            {
                _ = Next(ranks, Orders.Shared);
                shared.Step(threads: 1);
            }),
        ])
        { TokensPerStep = Size.Tokens }.Run(settings);
        _ = Next(ranks, Orders.End);
        second.WaitForExit();
        return results;
    }

    /// <summary>What the second rank does: a step for each of the first's.</summary>
    public static void Follow(int port)
    {
        using var ranks = Join(1, port);
        using var copies = new Training(ranks, ExpertRanks.Unshared);
        using var shared = new Training(ranks, ranks.Experts);
        using var apart = new Training(Ranks.One, batches: Processes);
        while (Next(ranks, Orders.End) is not Orders.End and var order)
        {
            (order == Orders.Copies ? copies : order == Orders.Shared ? shared : apart).Step(threads: 1);
            if (order == Orders.Apart)
            {
                ranks.Barrier("both are done");
            }
        }
    }

    private static Ranks Join(int rank, int port) => RankGroup.Join(
        new RankOptions { LimitSeconds = 300, Experts = Processes },
        new RankPlace(rank, Processes, rank, Processes, RankPlace.Loopback, port, "the benchmark"));

    /// <summary>Which step both ranks make next, as the first says; the other says the end, which is 0.</summary>
    private static Orders Next(Ranks ranks, Orders order)
    {
        using var said = tensor(new[] { (long)order });
        ranks.Sum(said, "what to do next");
        return (Orders)said.data<long>()[0];
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>What the first rank tells the second.</summary>
    private enum Orders
    {
        /// <summary>Nothing more.</summary>
        End,

        /// <summary>A step of ranks that have all experts.</summary>
        Copies,

        /// <summary>A step of ranks that share them.</summary>
        Shared,

        /// <summary>A step of processes that have nothing to do with each other.</summary>
        Apart,
    }

    /// <summary>One training of the model.</summary>
    private sealed class Training : IDisposable
    {
        private readonly TextLearner _learner;
        private readonly TrainingRun _run;

        public Training(Ranks ranks, ExpertRanks? experts = null, int batches = 1)
        {
            var words = string.Join(' ', Enumerable.Range(0, 40_000).Select(word => word * 7919L % 9973));
            var corpus = Corpus.Split("numbers", [.. words.Chunk(2000).Select((text, i) => new Document($"{i}", new string(text)))]);
            var config = new TrainingConfig
            {
                Steps = Steps,
                Batch = Size.Tokens / Model.Context / batches,
                SequenceLength = Model.Context,
            };
            var model = LanguageModel.Create(Model, Variants.Of(Size), ranks: ranks, experts: experts);
            _learner = new TextLearner(model, corpus, config, ownsModel: true);
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
