using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Federated.Tests;

/// <summary>The mixture of the samples.</summary>
[MoeLayer, Experts<Relu>(4, Hidden = 6), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class SampleMoe;

/// <summary>The same, whose router stays with each member.</summary>
[MoeLayer, Experts<Relu>(4, Hidden = 6), SoftmaxGate(TopK = 2), SwitchBalance(0.01), KeepLocal(LocalParts.Router)]
public sealed partial class SampleOwnRouter;

/// <summary>Small classifiers on drawn rows, each member's of its own.</summary>
internal static class Samples
{
    private const int Width = 3;

    /// <summary>How members train.</summary>
    public static TrainingConfig Training { get; } = new() { Steps = 4, Batch = 5, LearningRate = 0.05, Clip = 0, WeightDecay = 0 };

    /// <summary>Rows of a member; how many follows from the number.</summary>
    public static ClassifierData Data(int number)
    {
        var random = new Random(number);
        return new ClassifierData($"member {number}", ["no", "yes"], Rows(20 + 10 * number), Rows(12));

        LabelledRows Rows(int count)
        {
            var values = Enumerable.Range(0, count * Width).Select(_ => random.NextSingle() * 2 - 1).ToArray();
            return new(values, [Width], [.. Enumerable.Range(0, count).Select(row => values[row * Width] + number * 0.1 > 0 ? 1 : 0)]);
        }
    }

    /// <summary>A learner; all with the same seed begin alike.</summary>
    public static ClassifierLearner Learner(int number, bool mixture = false, long seed = 0) =>
        Learner(number, mixture ? MoeVariant.Of<SampleMoe>() : null, seed);

    /// <summary>A learner with a mixture, or without.</summary>
    public static ClassifierLearner Learner(int number, MoeVariant? mixture, long seed)
    {
        random.manual_seed(seed);
        var setup = new LearnerSetup(mixture, Training with { Seed = seed });
        return new ClassifierLearner(setup, Data(number), mixture is null ? new LinearNet() : new SampleNet(setup));
    }

    /// <summary>A member of such a learner, which is never disposed: a test's process is short.</summary>
    public static FederatedMember Member(
        int number, FederatedOptions? options = null, bool mixture = false, long seed = 0, TrainingConfig? training = null) => new(
        Learner(number, mixture, seed), training ?? Training, (options ?? new FederatedOptions()) with { Name = $"m{number}" });

    /// <summary>Parameters as one row.</summary>
    public static float[] Flat(FederationResult result) => [.. result.Parameters.SelectMany(values => values)];

    private sealed class LinearNet : nn.Module<Tensor, MoeContext, (Tensor Logits, IReadOnlyList<Routing> Routings)>
    {
        private readonly Linear head = nn.Linear(Width, 2);

        public LinearNet()
            : base(nameof(LinearNet)) => RegisterComponents();

        public override (Tensor Logits, IReadOnlyList<Routing> Routings) forward(Tensor x_NF, MoeContext context) =>
            (head.forward(x_NF), []);
    }

    private sealed class SampleNet : nn.Module<Tensor, MoeContext, (Tensor Logits, IReadOnlyList<Routing> Routings)>
    {
        private readonly Linear embed = nn.Linear(Width, 8), head = nn.Linear(8, 2);
        private readonly FeedForward ffn;

        public SampleNet(LearnerSetup setup)
            : base(nameof(SampleNet))
        {
            ffn = setup.FeedForward(8, prefix: "ffn.");
            RegisterComponents();
        }

        public override (Tensor Logits, IReadOnlyList<Routing> Routings) forward(Tensor x_NF, MoeContext context)
        {
            var (mixed_ND, routing) = ffn.forward(embed.forward(x_NF).relu(), context);
            return (head.forward(mixed_ND), routing is null ? [] : [routing]);
        }
    }
}
