using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training.Learners;

/// <summary>A table of numbers with a mixture inside an MLP: the smallest learner with all that has state.</summary>
internal sealed class TinyLearner : Learner
{
    private const int Features = 4;
    private readonly LearnerSetup _setup;
    private readonly Net _net;
    private readonly Tensor _drawn = zeros([1], ScalarType.Int64).DetachFromDisposeScope();
    private long _learned;

    public TinyLearner(LearnerSetup setup, IReadOnlyDictionary<string, double>? rates = null, int blocks = 1)
    {
        (_setup, Rates) = (setup, rates ?? new Dictionary<string, double>());
        _net = new Net(setup, blocks);
    }

    public static MoeVariant Variant { get; } = MoeVariant.Of<TinyMoe>();

    public static TrainingConfig Config { get; } = new()
    {
        Steps = 12,
        Batch = 8,
        MicroBatches = 2,
        Warmup = 2,
        LogEvery = 2,
        ValidateEvery = 3,
        ValidationSequences = 20,
        CheckpointEvery = 2,
        KeepLast = 3,
        LearningRate = 0.02,
        Threads = 1,
        Seed = 5,
        AverageDecay = 0.9,
    };

    public override nn.Module Model => _net;

    public override CorpusIdentity Data { get; } = CorpusIdentity.Of("a table", [1f, 2, 3]);

    public override long HeldOutExamples => 20;

    public override IReadOnlyList<LearnerMetric> Metrics { get; } =
    [
        new("accuracy", "share of rows", MetricDirection.Higher), LearnerMetric.Loss,
            new("error of odd rows", "points", MetricDirection.Lower),
    ];

    public override IReadOnlyDictionary<string, double> Rates { get; }

    public override IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string> { ["Features"] = "4" };

    /// <summary>How many examples were learned, as a tensor and as a text.</summary>
    public override IEnumerable<(string Name, Tensor Value)> Extra => [("drawn", _drawn)];

    public override string? State
    {
        get => $"{_learned}";
        set => _learned = long.Parse(value!, System.Globalization.CultureInfo.InvariantCulture);
    }

    public long Learned => _learned;

    public long Drawn => _drawn.item<long>();

    public override IReadOnlyList<string> Groups => ["even", "odd"];

    public static LearnerSetup Setup(MoeVariant? variant = null, TrainingConfig? config = null) =>
        new(variant ?? Variant, config ?? Config);

    /// <summary>As a study makes it: libtorch's generator is seeded before.</summary>
    public static TinyLearner Make(TrainingConfig? config = null, IReadOnlyDictionary<string, double>? rates = null)
    {
        manual_seed((config ?? Config).Seed);
        return new TinyLearner(Setup(config: config), rates);
    }

    public override Objective Learn(long position, int examples, MoeContext context)
    {
        _learned += examples;
        _drawn.add_(examples);
        var (x_NF, y_N) = Rows(position, examples, _setup.Seed);
        var (logits_NC, routings) = _net.forward(x_NF, context);
        return new Objective(nn.functional.cross_entropy(logits_NC, y_N), routings);
    }

    public override Scores Score(long first, int examples, MoeContext context)
    {
        var (x_NF, y_N) = Rows(first, examples, seed: 1_000_000);
        var (logits_NC, routings) = _net.forward(x_NF, context);
        double[] losses_N =
            [.. nn.functional.cross_entropy(logits_NC, y_N, reduction: nn.Reduction.None).to(ScalarType.Float64).data<double>()];
        double[] right_N = [.. logits_NC.argmax(1).eq(y_N).to(ScalarType.Float64).data<double>()];
        return new Scores(
            [right_N, losses_N, [.. right_N.Select((right, row) => (first + row) % 2 == 1 ? 100 * (1 - right) : double.NaN)]], routings)
        {
            Groups = [.. routings.Select(_ => Enumerable.Range(0, examples).Select(row => (int)((first + row) % 2)).ToArray())],
        };
    }

    /// <summary>The class is the sign of the product of two features.</summary>
    public static (Tensor X_NF, Tensor Y_N) Rows(long position, int examples, long seed)
    {
        var rows = Enumerable.Range(0, examples).Select(row =>
        {
            var random = new Random((int)(seed * 7919 + position + row));
            return Enumerable.Range(0, Features).Select(_ => random.NextSingle() * 2 - 1).ToArray();
        }).ToList();
        return (tensor(rows.SelectMany(row => row).ToArray(), [examples, Features]), tensor(
            rows.Select(row => row[0] * row[1] > 0 ? 1L : 0).ToArray()));
    }

    protected override void Dispose(bool disposing)
    {
        _drawn.Dispose();
        base.Dispose(disposing);
    }

    private sealed class Net : nn.Module<Tensor, MoeContext, (Tensor Logits_NC, IReadOnlyList<Routing> Routings)>
    {
        private readonly Linear embed = nn.Linear(Features, 16);
        private readonly FeedForward ffn;
        private readonly FeedForward? second;
        private readonly Linear head = nn.Linear(16, 2);

        public Net(LearnerSetup setup, int blocks)
            : base(nameof(Net))
        {
            var hidden = blocks > 1 ? 16 : 0;
            ffn = setup.FeedForward(16, hidden, prefix: "ffn.", layers: blocks);
            second = blocks > 1 ? setup.FeedForward(16, hidden, prefix: "second.", layer: 1, layers: blocks) : null;
            RegisterComponents();
        }

        public override (Tensor Logits_NC, IReadOnlyList<Routing> Routings) forward(Tensor x_NF, MoeContext context)
        {
            var h_ND = embed.forward(x_NF).relu();
            var routings = new List<Routing>();
            foreach (var block in second is null ? [ffn] : new[] { ffn, second })
            {
                var (mixed_ND, routing) = block.forward(h_ND, context);
                h_ND = h_ND + mixed_ND;
                routings.AddRange(routing is null ? [] : [routing]);
            }

            return (head.forward(h_ND), routings);
        }
    }
}

/// <summary>Bias balancing, noise in the router and dropped experts: a buffer and the random generator decide the next step.</summary>
[MoeLayer, Experts<Relu>(4, Hidden = 8), SoftmaxGate(TopK = 2, Jitter = 0.05), BiasBalance(0.01), RouterZLoss(0.001), ExpertDropout(0.1)]
public sealed partial class TinyMoe;
