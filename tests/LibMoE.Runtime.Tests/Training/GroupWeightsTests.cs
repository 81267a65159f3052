using System.Globalization;
using LibMoE.Runtime.Tests.Checkpoints.Files;
using LibMoE.Runtime.Tests.Checkpoints.Store;
using LibMoE.Runtime.Training;
using LibMoE.Runtime.Training.Learners;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training;

/// <summary>Group DRO: the weights of domains by their closed form, and a training that has them.</summary>
public sealed class GroupWeightsTests
{
    private static readonly TrainingConfig Config = new()
    {
        Steps = 8,
        Batch = 8,
        SequenceLength = 8,
        Warmup = 1,
        ValidationSequences = 8,
        CheckpointEvery = 2,
        LogEvery = 1,
        Threads = 1,
        Seed = 5,
        GroupRobust = new GroupRobustConfig { Rate = 0.5 },
    };

    /// <summary>Twenty letters are harder to tell than one.</summary>
    private static readonly Corpus Letters = Corpus.Mix("letters", [("one", Texts(1), 1), ("twenty", Texts(20), 1)]);

    [Fact]
    public void After_any_steps_a_weight_is_the_softmax_of_the_rate_times_the_sum_of_the_losses()
    {
        double[][] losses_NG = [[1, 2, 0.5], [0, 3, 1.25], [2, 0.25, 0]];
        var weights = new GroupWeights(3, 0.7);
        foreach (var losses_G in losses_NG)
        {
            weights.Follow(losses_G);
        }

        double[] raised_G = [.. Enumerable.Range(0, 3).Select(group => Math.Exp(0.7 * losses_NG.Sum(losses_G => losses_G[group])))];
        Assert.All(raised_G.Zip(weights.Values), pair => Assert.Equal(pair.First / raised_G.Sum(), pair.Second, 1e-14));
    }

    [Fact]
    public void The_loss_weighs_the_means_of_groups_by_the_weights_that_follow_them_and_so_does_its_gradient()
    {
        using var scope = NewDisposeScope();
        var losses_S = tensor(new[] { 1f, 3f, 5f, 2f }, requires_grad: true);
        var weights = new GroupWeights(3, Math.Log(2));
        var loss = weights.Loss(losses_S, [0, 0, 1, 0]);
        loss.backward();

        // Means are 2, 5 and, of no sequence, 0: 2², 2⁵ and 2⁰ of 37.
        Assert.Equal((4 * 2 + 32 * 5) / 37.0, loss.item<float>(), 1e-5);
        Assert.All(
            losses_S.grad!.data<float>().ToArray().Zip([4 / 37.0 / 3, 4 / 37.0 / 3, 32 / 37.0, 4 / 37.0 / 3]),
            pair => Assert.Equal(pair.Second, pair.First, 1e-6));
        Assert.Equal(1, weights.Values.Sum(), 1e-15);
    }

    [Fact]
    public void Losses_in_the_thousands_do_not_overflow_and_one_that_is_not_finite_changes_nothing()
    {
        var weights = new GroupWeights(2, 1);
        weights.Follow([5000, 5001]);
        Assert.Equal(1 / (1 + Math.Exp(-1)), weights.Values[1], 1e-12);

        double[] before = [.. weights.Values];
        weights.Follow([double.NaN, 1]);
        Assert.Equal(before, weights.Values);
    }

    [Fact]
    public void A_text_of_the_state_gives_the_weights_back_bit_for_bit()
    {
        var (one, other) = (new GroupWeights(3, 0.1), new GroupWeights(3, 0.1));
        one.Follow([1.0 / 3, 2.7, 0.1]);
        other.State = one.State;

        Assert.Equal(one.Values, other.Values);
    }

    [Fact]
    public void The_weight_of_the_harder_domain_grows_and_with_a_rate_of_0_both_stay_equal()
    {
        var longer = Config with { Steps = 40, LearningRate = 0.02 };
        double[] weights = Trained(longer), equal = Trained(longer with { GroupRobust = new GroupRobustConfig { Rate = 0 } });

        Assert.True(weights[1] > 0.9, string.Join(' ', weights));
        Assert.All(equal, weight => Assert.Equal(0.5, weight, 1e-12));

        static double[] Trained(TrainingConfig config)
        {
            using var model = Model();
            using var learner = new TextLearner(model, Letters, config);
            Trainer.Train(learner, config);
            return [.. learner.State!.Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
        }
    }

    [Fact]
    public void A_run_that_is_stopped_goes_on_bit_for_bit_with_its_weights()
    {
        var whole = Run(Saves.Disk(), null);
        var disk = Saves.Disk();
        Assert.Throws<OperationCanceledException>(() => Run(disk, 3));

        var resumed = Run(disk, null);
        Assert.Equal(whole.Parameters, resumed.Parameters);
        Assert.Equal(whole.State, resumed.State);

        (float[] Parameters, string? State) Run(ModelDisk disk, int? stoppedAt)
        {
            using var model = Model();
            using var learner = new TextLearner(model, Letters, Config);
            using var stop = new CancellationTokenSource();
            var storage = new TrainingStorage(disk, "/run");
            storage = storage with { Resume = storage.Checkpoints.Steps().Count == 0 ? null : storage.Checkpoints.Newest().Newest };
            Trainer.Train(learner, Config, storage, new Stop(stoppedAt, stop), stop.Token);
            return ([.. model.parameters().SelectMany(parameter => parameter.detach().data<float>())], learner.State);
        }
    }

    [Fact]
    public void What_cannot_be_is_refused_in_one_sentence_each()
    {
        using var model = Model();
        var alone = Corpus.Split("alone", Texts(2));

        Assert.Equal(
            ["Training:GroupRobust:Rate is -1; it must be from 0 up."],
            (Config with { GroupRobust = new GroupRobustConfig { Rate = -1 } }).Problems());
        Assert.Equal(
            "Training:GroupRobust is given, but the corpus has one domain; name several in Corpus:Domains, or leave it out.",
            Assert.Throws<ConfigurationException>(() => Trainer.Train(model, alone, Config)).Message);
        using var tiny = Learners.TinyLearner.Make();
        Assert.Equal(
            "Training:GroupRobust is given, but TinyLearner learns no text of several domains; leave it out.",
            Assert.Throws<ConfigurationException>(() => Trainer.Check(
                tiny, Learners.TinyLearner.Config with { GroupRobust = new GroupRobustConfig() })).Message);
    }

    private static IEnumerable<Document> Texts(int letters)
    {
        var random = new Random(letters);
        return Enumerable.Range(0, 20).Select(number => new Document(
            $"{number:D2}", new string([.. Enumerable.Range(0, 100).Select(_ => (char)('a' + random.Next(letters)))])));
    }

    private static LanguageModel Model() => LanguageModel.Create(
        new ModelConfig { Dim = 8, Layers = 1, Heads = 2, Hidden = 8, Context = 8 }, seed: 2);

    private sealed class Stop(int? at, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == at)
            {
                source.Cancel();
            }
        }
    }
}
