using LibMoE.Runtime.Tests.Checkpoints.Files;
using LibMoE.Runtime.Tests.Checkpoints.Store;
using LibMoE.Runtime.Tests.Models;
using LibMoE.Runtime.Training;
using LibMoE.Runtime.Training.Learners.FewShot;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training.Learners.FewShot;

/// <summary>The learner whose tasks are domains: what is learned of them, what is measured of those held out, and at which rate.</summary>
public sealed class DomainTaskLearnerTests
{
    private static readonly TrainingConfig Config = new()
    {
        Steps = 6,
        Batch = 2,
        Warmup = 1,
        WeightDecay = 0,
        SequenceLength = 8,
        ValidationSequences = 2,
        ValidateEvery = 3,
        LogEvery = 1,
        CheckpointEvery = 2,
        Threads = 1,
        Seed = 3,
        Meta = new MetaConfig { InnerSteps = 2, InnerBatch = 3, InnerRate = 0.01 },
    };

    private static readonly Corpus Letters = Corpus.Mix(
        "letters", [.. "abcd".Select((letter, place) => ($"{letter}", Texts(letter, place), 1.0))]);

    public static TheoryData<OuterLoop> Outers => [.. Enum.GetValues<OuterLoop>()];

    [Fact]
    public void Each_domain_has_the_loss_at_the_rate_that_is_best_for_the_others_and_its_own_loss_has_no_say()
    {
        // The sums over the others are 7, 5 and 6 for the first, 3, 6 and 4 for the second, 6, 5 and 8 for the third.
        double[][] losses_DR = [[1, 3, 3], [5, 2, 5], [2, 3, 1]];

        Assert.Equal([3, 5, 3], RateChoice.Losses(losses_DR));
        Assert.Equal(9, RateChoice.Losses([[0, 9, 0], losses_DR[1], losses_DR[2]])[0]);
    }

    [Fact]
    public void A_rate_at_which_another_domain_diverges_is_not_chosen()
    {
        Assert.Equal(2, RateChoice.Losses([[1, 2], [double.NaN, 4]])[0]);
    }

    [Theory]
    [MemberData(nameof(Outers))]
    public void A_seed_decides_a_run_bit_for_bit_and_measuring_it_more_often_changes_nothing(OuterLoop outer)
    {
        var (one, again, measured, other) = (
            Trained(outer, Config with { ValidateEvery = 0 }), Trained(outer, Config with { ValidateEvery = 0 }),
            Trained(outer, Config with { ValidateEvery = 1 }), Trained(outer, Config with { ValidateEvery = 0, Seed = 4 }));

        Assert.Equal(one, again);
        Assert.Equal(one, measured);
        Assert.NotEqual(one, other);
    }

    [Theory]
    [InlineData(OuterLoop.Reptile)]
    [InlineData(OuterLoop.Pretraining)]
    public void A_run_that_is_killed_goes_on_bit_for_bit(OuterLoop outer)
    {
        var whole = Run(Saves.Disk(), null);
        var disk = Saves.Disk();
        Assert.Throws<OperationCanceledException>(() => Run(disk, 3));

        Assert.Equal(whole, Run(disk, null));

        float[] Run(ModelDisk disk, int? stoppedAt)
        {
            manual_seed(Config.Seed);
            using var learner = Make(outer, Config);
            using var stop = new CancellationTokenSource();
            var storage = new TrainingStorage(disk, "/run");
            storage = storage with { Resume = storage.Checkpoints.Steps().Count == 0 ? null : storage.Checkpoints.Newest().Newest };
            Trainer.Train(learner, With(outer, Config), storage, new Stop(stoppedAt, stop), stop.Token);
            return All(learner);
        }
    }

    [Fact]
    public void Reptile_of_one_plain_step_is_joint_training_on_the_same_sequences()
    {
        // (θ − φ)/α is the task's gradient then, and tasks are of equal size: the mean of their means is that of all sequences.
        using var scope = NewDisposeScope();
        var config = Config with { Meta = Config.Meta! with { InnerSteps = 1, Optimizer = InnerOptimizer.Sgd } };
        using var learner = Make(OuterLoop.Reptile, config, variant: false);
        using var joint = Make(OuterLoop.Pretraining, config, variant: false);
        var (one, other) = (learner.Learn(4, 2, new MoeContext()).Loss, joint.Learn(4, 2, new MoeContext()).Loss);
        one.backward();
        other.backward();

        Assert.Equal(other.item<float>(), one.to(ScalarType.Float64).item<double>(), 1e-5);
        Assert.All(learner.Model.named_parameters().Zip(joint.Model.named_parameters()), pair =>
            Assert.All(Numbers(pair.First.parameter.grad!).Zip(Numbers(pair.Second.parameter.grad!)), slopes =>
                Assert.Equal(slopes.Second, slopes.First, 1e-4)));
        Assert.Contains(Numbers(joint.Model.named_parameters().Single(entry => entry.name == "head.weight").parameter.grad!),
            slope => Math.Abs(slope) > 0.01);
    }

    [Theory]
    [InlineData(OuterLoop.Reptile)]
    [InlineData(OuterLoop.Pretraining)]
    public void Letters_of_held_out_domains_alone_are_in_no_training_task(OuterLoop outer)
    {
        using var scope = NewDisposeScope();
        using var learner = Make(outer, Config);
        learner.Learn(0, 4, new MoeContext()).Loss.backward();
        var slopes_V = learner.Model.named_parameters().Single(entry => entry.name == "embedding.weight").parameter.grad!.abs().sum([1]);

        Assert.All("cgkdhl", letter => Assert.Equal(0, slopes_V[letter].item<float>()));
        Assert.All("aeibfj", letter => Assert.NotEqual(0, slopes_V[letter].item<float>()));
    }

    [Fact]
    public void Learning_from_tasks_and_measuring_them_leave_the_parameters_as_they_were()
    {
        using var scope = NewDisposeScope();
        using var learner = Make(OuterLoop.Reptile, Config);
        var before = All(learner);
        learner.Learn(0, 2, new MoeContext());
        learner.Measure(2, 2);

        Assert.Equal(before, All(learner));
    }

    [Fact]
    public void Adaptation_to_a_held_out_domain_lowers_its_loss_and_parts_are_measured_apart()
    {
        using var learner = Make(OuterLoop.None, Config, adapt: ["all", "router"]);
        var measured = learner.Measure(2, 2).Metrics;

        Assert.Equal(["nats@6", "nats@0", "router@6"], measured.Select(metric => metric.Name));
        Assert.True(measured[0].Value < measured[1].Value - 0.1);
        Assert.NotEqual(measured[0].Value, measured[2].Value);
        Assert.Equal(["c", "d"], learner.Kinds);
    }

    [Fact]
    public void A_dense_model_has_no_router_to_adapt()
    {
        using var learner = Make(OuterLoop.None, Config, adapt: ["all", "router"], variant: false);

        Assert.True(double.IsNaN(learner.Measure(2, 2).Metrics[2].Value));
    }

    [Fact]
    public void The_kind_of_a_token_is_its_held_out_domain()
    {
        using var scope = NewDisposeScope();
        using var learner = Make(OuterLoop.None, Config);
        var scores = learner.Score(0, 1, new MoeContext { Losses = false });

        Assert.Equal([.. Enumerable.Repeat(0, 4 * 8), .. Enumerable.Repeat(1, 4 * 8)], Assert.Single(scores.Kinds!));
    }

    [Fact]
    public void Tensors_stay_as_many_over_steps()
    {
        using var learner = Make(OuterLoop.FirstOrderMaml, Config);
        using var run = new TrainingRun(learner, With(OuterLoop.FirstOrderMaml, Config));
        run.Step();
        run.Measure(out _);
        var before = LiveTensors.Count;
        for (var step = 0; step < 3; step++)
        {
            run.Step();
            run.Measure(out _);
        }

        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void What_cannot_be_is_refused_in_one_sentence_each()
    {
        using var model = Model(variant: false);
        var setup = new LearnerSetup(null, Config with { SequenceLength = 400 });

        Assert.Equal(
            [
                "'e' is to be held out, which is no domain of the corpus; did you mean 'a'? (allowed: a, b, c, d).",
                "Fewer than two domains are held out; each is measured at the rate that is best for the others, so there must be two.",
                "Training:SequenceLength is 400; it must not be above the model's context, which is 8.",
            ],
            Assert.Throws<ConfigurationException>(() => new DomainTaskLearner(setup, Letters, ["e"], model)).Problems
                .Where(problem => !problem.StartsWith("The domain", StringComparison.Ordinal)));
        Assert.Contains(
            "All domains are held out; at least one must be left to learn from.",
            Assert.Throws<ConfigurationException>(() => new DomainTaskLearner(
                new LearnerSetup(null, Config), Letters, ["a", "b", "c", "d"], model)).Problems);
    }

    private static IEnumerable<Document> Texts(char letter, int seed)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, 20).Select(number => new Document(
            $"{number:D2}", new string([.. Enumerable.Range(0, 60).Select(_ => (char)(letter + 4 * random.Next(3)))])));
    }

    private static LanguageModel Model(bool variant, long seed = 2) => LanguageModel.Create(
        new ModelConfig { Dim = 8, Layers = 1, Heads = 2, Hidden = 8, Context = 8 },
        variant ? HandWrittenMoe.Variant(experts: 4, topK: 2) : null, seed);

    private static TrainingConfig With(OuterLoop outer, TrainingConfig config) =>
        config with { Meta = config.Meta! with { Outer = outer } };

    private static DomainTaskLearner Make(
        OuterLoop outer, TrainingConfig config, IReadOnlyList<string>? adapt = null, bool variant = true) =>
        new(new LearnerSetup(null, With(outer, config)), Letters, ["c", "d"], Model(variant, config.Seed))
        {
            Steps = [6, 0],
            Adapt = adapt ?? ["all"],
            InnerRates = [0.003, 0.03],
            Queries = 4,
        };

    private static float[] Trained(OuterLoop outer, TrainingConfig config)
    {
        manual_seed(config.Seed);
        using var learner = Make(outer, config);
        Trainer.Train(learner, With(outer, config));
        return All(learner);
    }

    private static float[] All(DomainTaskLearner learner) =>
        [.. learner.Model.parameters().SelectMany(parameter => parameter.detach().data<float>())];

    private static float[] Numbers(Tensor tensor) => [.. tensor.detach().data<float>()];

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
