using LibMoE.Runtime.Tests.Checkpoints.Files;
using LibMoE.Runtime.Tests.Checkpoints.Store;
using LibMoE.Runtime.Training;
using LibMoE.Runtime.Training.Learners.FewShot;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training.Learners.FewShot;

/// <summary>The learner of tasks: what an outer step is, what stays as it is, and what is measured.</summary>
public sealed class FewShotLearnerTests
{
    private static readonly TrainingConfig Config = new()
    {
        Steps = 6,
        Batch = 4,
        MicroBatches = 2,
        Warmup = 1,
        WeightDecay = 0,
        ValidationSequences = 6,
        ValidateEvery = 3,
        LogEvery = 1,
        CheckpointEvery = 2,
        Threads = 1,
        Seed = 3,
        LearningRate = 0.01,
        Meta = new MetaConfig { InnerSteps = 2, InnerBatch = 4, InnerRate = 0.05, Optimizer = InnerOptimizer.Sgd },
    };

    public static TheoryData<OuterLoop> Outers => [.. Enum.GetValues<OuterLoop>()];

    [Theory]
    [InlineData(OuterLoop.Reptile)]
    [InlineData(OuterLoop.FirstOrderMaml)]
    public void The_outer_gradient_of_a_linear_net_is_that_of_plain_loops_in_float64(OuterLoop outer)
    {
        using var scope = NewDisposeScope();
        using var learner = Make(outer, new LinearNet());
        learner.Learn(8, 3, new MoeContext()).Loss.backward();

        var (weight_NF, bias_N) = (Numbers(learner, "head.weight"), Numbers(learner, "head.bias"));
        var (expectedWeight_NF, expectedBias_N) = (new double[weight_NF.Length], new double[bias_N.Length]);
        var tasks = new FewShotTasks(FewShotNets.Data.Train, 3, 2, 2, Config.Seed);
        for (var number = 8; number < 11; number++)
        {
            var task = tasks.At(number);
            var (w, b) = (weight_NF.ToArray(), bias_N.ToArray());
            for (var step = 0; step < 2; step++)
            {
                var (dw, db) = LinearOracle.Gradient(w, b, [.. task.Support.Concat(task.Support).Skip(4 * step).Take(4)], 4 * step);
                w = [.. w.Zip(dw, (value, slope) => value - 0.05 * slope)];
                b = [.. b.Zip(db, (value, slope) => value - 0.05 * slope)];
            }

            var (gw, gb) = outer == OuterLoop.Reptile
                ? ([.. weight_NF.Zip(w, (theta, phi) => (theta - phi) / 0.05)], [.. bias_N.Zip(b, (theta, phi) => (theta - phi) / 0.05)])
                : LinearOracle.Gradient(w, b, task.Query, 0);
            expectedWeight_NF = [.. expectedWeight_NF.Zip(gw, (sum, slope) => sum + slope / 3)];
            expectedBias_N = [.. expectedBias_N.Zip(gb, (sum, slope) => sum + slope / 3)];
        }

        Assert.All(expectedWeight_NF.Zip(Slopes(learner, "head.weight")), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.All(expectedBias_N.Zip(Slopes(learner, "head.bias")), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
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
        Assert.Throws<Killed>(() => Run(disk, 3));

        Assert.Equal(whole, Run(disk, null));

        float[] Run(ModelDisk disk, int? killedAt)
        {
            manual_seed(Config.Seed);
            var setup = Setup(outer, Config);
            using var learner = Make(outer, new MixedNet(setup));
            var storage = new TrainingStorage(disk, "/run");
            storage = storage with { Resume = storage.Checkpoints.Steps().Count == 0 ? null : storage.Checkpoints.Newest().Newest };
            Trainer.Train(learner, setup.Training, storage, new Stop(killedAt));
            return All(learner);
        }
    }

    [Theory]
    [InlineData(OuterLoop.Reptile)]
    [InlineData(OuterLoop.FirstOrderMaml)]
    public void Learning_from_tasks_and_measuring_them_leave_the_parameters_as_they_were(OuterLoop outer)
    {
        using var scope = NewDisposeScope();
        using var learner = Make(outer, new MixedNet(Setup(outer, Config)));
        var before = All(learner);
        learner.Learn(0, 4, new MoeContext());
        learner.Score(0, 4, new MoeContext { Losses = false });

        Assert.Equal(before, All(learner));
    }

    [Fact]
    public void Without_an_outer_loop_nothing_is_learned()
    {
        var config = Config with { Meta = Config.Meta! with { Outer = OuterLoop.None } };
        using var learner = Make(OuterLoop.None, new MixedNet(Setup(OuterLoop.None, config)));
        var before = All(learner);
        Trainer.Train(learner, config);

        Assert.Equal(before, All(learner));
    }

    [Theory]
    [InlineData(OuterLoop.Pretraining, false)]
    [InlineData(OuterLoop.FirstOrderMaml, true)]
    public void A_new_head_begins_at_zero_and_is_learned_by_no_outer_loop(OuterLoop outer, bool newHead)
    {
        var config = Config with { Meta = Config.Meta! with { Outer = outer, NewHead = newHead } };
        using var learner = new FewShotLearner(Setup(outer, config), FewShotNets.Data, new MixedNet(Setup(outer, config)), 8);
        var before = Numbers(learner, "net.embed.weight");
        Trainer.Train(learner, config);

        Assert.All(Numbers(learner, "head.weight").Concat(Numbers(learner, "head.bias")), value => Assert.Equal(0, value));
        Assert.NotEqual(before, Numbers(learner, "net.embed.weight"));
    }

    [Fact]
    public void Balancing_terms_are_of_the_outer_step_at_the_values_before_the_tasks()
    {
        using var scope = NewDisposeScope();
        using var learner = Make(OuterLoop.Reptile, new MixedNet(Setup(OuterLoop.Reptile, Config)));
        var routing = Assert.Single(learner.Learn(0, 2, new MoeContext()).Routings);

        Assert.Equal(2 * 6, routing.Weights.shape[0]);
        Assert.True(routing.AuxiliaryLoss.requires_grad);
        Assert.Equal(2 * 6 * 2, routing.TokensPerExpert!.sum().item<long>());
    }

    [Fact]
    public void Tensors_stay_as_many_over_steps()
    {
        var setup = Setup(OuterLoop.FirstOrderMaml, Config with { ValidateEvery = 1 });
        using var learner = Make(OuterLoop.FirstOrderMaml, new MixedNet(setup));
        using var run = new TrainingRun(learner, setup.Training);
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
    public void Metrics_are_of_parts_and_steps_and_as_many_steps_as_in_training_come_first()
    {
        using var learner = new FewShotLearner(
            Setup(OuterLoop.Reptile, Config), FewShotNets.Data, new MixedNet(Setup(OuterLoop.Reptile, Config)), 8)
        {
            Steps = [1, 2, 4],
            Adapt = ["all", "router+head"],
        };
        var measured = learner.Measure(6, 4);

        Assert.Equal(
            [
                "accuracy@2", "accuracy@1", "accuracy@4", "router+head@1", "router+head@2", "router+head@4", "centroid", "loss",
            ],
            measured.Metrics.Select(metric => metric.Name));
        Assert.All(measured.Metrics, metric => Assert.Equal(6, metric.Items.Count));
        Assert.Equal("nearest centroid", Assert.Single(learner.Baselines()).Name);
    }

    [Fact]
    public void Parts_divide_the_parameters_and_others_are_refused_with_what_there_is()
    {
        using var learner = Make(OuterLoop.Reptile, new MixedNet(Setup(OuterLoop.Reptile, Config)));
        string[] parts = ["router", "experts", "head", "body"];
        var names = parts.SelectMany(part => AdaptedParts.Of(part, learner.Model).Names).ToList();

        Assert.Equal(learner.Model.named_parameters().Select(entry => entry.name).Order(), names.Order());
        Assert.Equal(["net.ffn.mixture.router.weight"], AdaptedParts.Of("router", learner.Model).Names);
        Assert.Equal(names.Order(), AdaptedParts.Of("all", learner.Model).Names.Order());
        Assert.Equal(
            "A task is to adapt 'gate'; a part must be one of router, experts, head, body, several joined by +, or all.",
            Assert.Throws<ConfigurationException>(() => AdaptedParts.Of("gate", learner.Model)).Message);
    }

    [Fact]
    public void What_cannot_be_is_refused_in_one_sentence_each()
    {
        var data = FewShotNets.Data with { Ways = 9, Queries = 0 };
        var config = Config with { Meta = new MetaConfig { InnerSteps = 0, InnerRate = 0 } };

        Assert.Equal(
            [
                "Queries of points is 0; it must be at least 1.",
                "8 training classes of points have the 2 examples that a task takes of each of its 9; give fewer ways, shots or queries.",
                "6 test classes of points have the 2 examples that a task takes of each of its 9; give fewer ways, shots or queries.",
            ],
            Assert.Throws<ConfigurationException>(() => new FewShotLearner(
                Setup(OuterLoop.Reptile, Config), data, new LinearNet(), 4)).Problems);
        Assert.Equal(
            ["Training:Meta:InnerSteps is 0; it must be at least 1.", "Training:Meta:InnerRate is 0; it must be above 0."],
            config.Problems());
        using var tiny = TinyLearner.Make();
        Assert.Equal(
            "Training:Meta is given, but TinyLearner learns no tasks of few examples; leave it out.",
            Assert.Throws<ConfigurationException>(() => Trainer.Check(tiny, TinyLearner.Config with { Meta = new MetaConfig() })).Message);
    }

    private static LearnerSetup Setup(OuterLoop outer, TrainingConfig config) =>
        new(MoeVariant.Of<FewShotMoe>(), config with { Meta = config.Meta! with { Outer = outer } });

    private static FewShotLearner Make(
        OuterLoop outer, nn.Module<Tensor, MoeContext, (Tensor Features, IReadOnlyList<Routing> Routings)> net) =>
        new(Setup(outer, Config), FewShotNets.Data, net, net is LinearNet ? 4 : 8) { Steps = [1, 2] };

    private static float[] Trained(OuterLoop outer, TrainingConfig config)
    {
        manual_seed(config.Seed);
        var setup = Setup(outer, config);
        using var learner = new FewShotLearner(setup, FewShotNets.Data, new MixedNet(setup), 8) { Steps = [1, 2] };
        Trainer.Train(learner, setup.Training);
        return All(learner);
    }

    private static float[] All(FewShotLearner learner) =>
        [.. learner.Model.parameters().SelectMany(parameter => parameter.detach().data<float>())];

    private static double[] Numbers(FewShotLearner learner, string name) => [.. Named(learner, name).detach().data<float>()];

    private static double[] Slopes(FewShotLearner learner, string name) => [.. Named(learner, name).grad!.data<float>()];

    private static TorchSharp.Modules.Parameter Named(FewShotLearner learner, string name) =>
        learner.Model.named_parameters().Single(entry => entry.name == name).parameter;

    private sealed class Stop(int? at) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == at)
            {
                throw new Killed();
            }
        }
    }

    private sealed class Killed : Exception;
}
