using LibMoE.Runtime.Kernels.Native;
using LibMoE.Runtime.Tests.Checkpoints.Files;
using LibMoE.Runtime.Tests.Checkpoints.Store;
using LibMoE.Runtime.Training;
using LibMoE.Runtime.Training.Learners;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training.Learners;

/// <summary>A learner that is no language model is trained, stopped, saved and measured as one is.</summary>
public sealed class LearnerTests
{
    private static readonly TrainingConfig Plain = TinyLearner.Config with { AverageDecay = 0, Clip = 0, WeightDecay = 0 };

    [Fact]
    public void The_gradient_is_that_of_the_loss_plus_the_balancing_terms_over_all_micro_batches()
    {
        using var scope = NewDisposeScope();
        using var one = TinyLearner.Make();
        using var other = TinyLearner.Make();
        using var optimizer = new AdamW(one.Model.named_parameters().Select(entry => (entry.name, entry.parameter)), Plain);
        new OptimizerStep(one, optimizer, Plain).Run(step: 0, learningRate: 0);

        manual_seed(BatchParts.NoiseSeed(Plain.Seed, step: 0, part: 0));
        Sum(other.Learn(0, 4, new MoeContext { Step = 0 })).div(2).backward();
        manual_seed(BatchParts.NoiseSeed(Plain.Seed, step: 0, part: 1));
        Sum(other.Learn(4, 4, new MoeContext { Step = 0 })).div(2).backward();

        Assert.All(
            one.Model.named_parameters().Zip(other.Model.named_parameters()).Where(pair => pair.First.parameter.requires_grad), pair =>
            Assert.Equal(pair.Second.parameter.grad!.data<float>().ToArray(), pair.First.parameter.grad!.data<float>().ToArray()));

        static Tensor Sum(Objective objective) =>
            objective.Routings.Aggregate(objective.Loss, (sum, routing) => sum + routing.AuxiliaryLoss);
    }

    [Fact]
    public void The_gradient_agrees_with_finite_differences()
    {
        using var scope = NewDisposeScope();
        using var learner = TinyLearner.Make();
        var weight = learner.Model.named_parameters().Single(entry => entry.name == "head.weight").parameter;
        learner.Model.eval();
        Loss().backward();
        var gradient = weight.grad![0, 3].item<float>();
        using var quiet = no_grad();
        const float Step = 1e-2f;
        var before = weight[0, 3].item<float>();
        weight[0, 3] = before + Step;
        var above = Loss().item<float>();
        weight[0, 3] = before - Step;
        var below = Loss().item<float>();

        Assert.Equal((above - below) / (2 * Step), gradient, 1e-3);

        Tensor Loss() => learner.Learn(0, 8, new MoeContext()).Loss;
    }

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(11)]
    public void A_run_that_ends_at_any_step_goes_on_bit_for_bit(int killedAt)
    {
        var (whole, _, _) = Run(Saves.Disk(), null);
        var disk = Saves.Disk();
        Assert.Throws<Killed>(() => Run(disk, killedAt));
        var (resumed, learner, result) = Run(disk, null);

        Assert.Equal(whole, resumed);
        Assert.Equal(12 * 8, learner);
        Assert.Equal(12, result.Steps);
    }

    [Fact]
    public void Tensors_stay_as_many_over_steps()
    {
        using var learner = TinyLearner.Make();
        using var run = new TrainingRun(learner, TinyLearner.Config);
        run.Step();
        run.Measure(out _);
        var before = LiveTensors.Count;
        for (var step = 0; step < 6; step++)
        {
            run.Step();
            run.Measure(out _);
        }

        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void A_frozen_part_stays_bit_equal_and_learns_again_afterwards()
    {
        using var learner = TinyLearner.Make();
        var before = Values(learner);
        Trainer.Train(learner, Plain with { Rates = new Dictionary<string, double> { ["ffn"] = 0, ["head.bias"] = 0 } });
        var after = Values(learner);

        Assert.All(after, value => Assert.Equal(value.Key.StartsWith("ffn.", StringComparison.Ordinal) || value.Key == "head.bias",
            before[value.Key].SequenceEqual(value.Value)));
        Assert.All(learner.Model.named_parameters(), entry => Assert.True(entry.parameter.requires_grad));
    }

    [Fact]
    public void A_part_moves_as_far_as_its_rate_says()
    {
        using var scope = NewDisposeScope();
        var (slow, fast) = (Step(0.25), Step(1));

        Assert.Equal(0.25, slow / fast, 1e-3);

        // The first step of Adam moves each number by the learning rate.
        double Step(double rate)
        {
            using var learner = TinyLearner.Make(rates: new Dictionary<string, double> { ["head"] = 0.5, ["*.weight"] = rate });
            var weight = learner.Model.named_parameters().Single(entry => entry.name == "head.weight").parameter;
            var before = weight.detach().clone();
            using var run = new TrainingRun(learner, Plain with { Warmup = 0 });
            run.Step();
            return (weight.detach() - before).abs().max().item<float>();
        }
    }

    [Fact]
    public void The_rate_of_most_words_holds_and_the_configurations_come_first()
    {
        using var learner = TinyLearner.Make(
            rates: new Dictionary<string, double> { ["ffn"] = 0.1, ["ffn.mixture.router"] = 0.2, ["head"] = 0.3 });
        var rates = new PartRates(learner, Plain with { Rates = new Dictionary<string, double> { ["head"] = 3 } });

        Assert.Equal(0.1, rates.Of("ffn.mixture.experts.0.up"));
        Assert.Equal(0.2, rates.Of("ffn.mixture.router.weight"));
        Assert.Equal(3, rates.Of("head.weight"));
        Assert.Equal(1, rates.Of("embed.weight"));
        Assert.Equal(1, rates.Of("header.weight"));
    }

    [Fact]
    public void A_loss_that_is_no_number_is_not_left_out_of_the_mean_and_an_item_that_was_not_asked_of_is()
    {
        double[] items = [1, double.NaN, 3];

        Assert.Equal(double.NaN, MeasuredMetric.Mean(LearnerMetric.Loss, items).Value);
        var odd = MeasuredMetric.Mean(new LearnerMetric("odd", "points", MetricDirection.Lower), items);
        Assert.Equal((2, 1), (odd.Value, odd.StdErr));
    }

    [Fact]
    public void A_run_stops_early_on_a_metric_of_which_higher_is_better()
    {
        using var learner = TinyLearner.Make();
        var config = Plain with { Steps = 200, ValidateEvery = 1, Patience = 3, StopOnMetric = "accuracy" };
        var result = Trainer.Train(learner, config);
        var measured = result.History.Select(report => (report.Step, Accuracy: report.Metrics!["accuracy"])).ToList();

        Assert.True(result.Steps < 200);
        Assert.Equal(result.Steps - 3, result.BestStep);
        Assert.Equal(measured.Max(report => report.Accuracy), measured.Single(report => report.Step == result.BestStep).Accuracy);
    }

    [Fact]
    public void Each_metric_is_the_mean_over_the_items_that_it_asks_of_with_its_standard_error()
    {
        using var learner = TinyLearner.Make();
        var result = Trainer.Train(learner, Plain);
        var (accuracy, loss, odd) = (result.HeldOut[0], result.HeldOut[1], result.HeldOut[2]);

        Assert.Equal(("accuracy", "share of rows", MetricDirection.Higher), (accuracy.Name, accuracy.Unit, accuracy.Direction));
        Assert.Equal(accuracy.Items.Average(), accuracy.Value, 1e-12);
        Assert.Equal(Math.Sqrt(accuracy.Value * (1 - accuracy.Value) / 19), accuracy.StdErr, 1e-12);
        Assert.Equal(result.ValidationLoss, loss.Value);
        Assert.Equal(10, odd.Items.Count(double.IsNaN));
        Assert.Equal(odd.Items.Where(item => !double.IsNaN(item)).Average(), odd.Value, 1e-12);
    }

    [Theory]
    [InlineData("acuracy", "Training:StopOnMetric is 'acuracy', which is not a metric; did you mean 'accuracy'? (allowed: accuracy, loss, "
        + "error of odd rows).")]
    public void An_unknown_metric_is_refused_with_the_nearest(string name, string problem)
    {
        using var learner = TinyLearner.Make();

        Assert.Equal(
            [problem], Assert.Throws<ConfigurationException>(() => Trainer.Check(learner, Plain with { StopOnMetric = name })).Problems);
    }

    [Theory]
    [InlineData("hed", 0,
        "Training:Rates names 'hed', which no parameter's name begins with; did you mean 'head'? (allowed: embed, ffn, head).")]
    [InlineData("*", 0, "Training:Rates freezes every parameter; at least one must be trained.")]
    [InlineData("head", -1, "Training:Rates:head is -1; it must be a factor from 0, which freezes the part, up.")]
    public void A_rate_that_cannot_be_used_is_refused(string part, double rate, string problem)
    {
        using var learner = TinyLearner.Make();
        var config = Plain with { Rates = new Dictionary<string, double> { [part] = rate } };

        Assert.Equal([problem], Assert.Throws<ConfigurationException>(() => Trainer.Check(learner, config)).Problems);
    }

    [Fact]
    public void A_loss_that_is_not_finite_names_the_router_where_it_begins()
    {
        using var learner = TinyLearner.Make();
        using (no_grad())
        {
            learner.Model.named_parameters().Single(entry => entry.name == "ffn.mixture.router.weight").parameter.fill_(float.NaN);
        }

        var failure = Assert.Throws<TrainingFailedException>(() => Trainer.Train(learner, Plain with { NonFiniteLimit = 1 }));

        Assert.Contains("Training of TinyMoe stopped at step 0", failure.Message, StringComparison.Ordinal);
        Assert.Contains("the parameter ffn.mixture.router.weight", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_model_scored_as_a_learner_has_the_losses_of_its_corpus()
    {
        using var model = Resuming.ResumeRuns.Create();
        var config = Resuming.ResumeRuns.Config;
        using var learner = new TextLearner(model, Resuming.ResumeRuns.Corpus, config);
        var expected = CorpusLoss.Measure(
            model, Resuming.ResumeRuns.Corpus, config.SequenceLength, config.ValidationSequences, config.Batch);

        var actual = LearnerScores.Measure(learner, (int)learner.HeldOutExamples, config.Batch);

        Assert.Equal(expected.PerSequence, actual.Metrics[0].Items);
        Assert.Equal(expected.Load!.PicksPerBlock, actual.Load!.PicksPerBlock);
    }

    private static Dictionary<string, float[]> Values(Learner learner) =>
        learner.Model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.detach().data<float>().ToArray());

    /// <summary>Trains, from the newest checkpoint where there is one; killed by an exception in the report of a step.</summary>
    private static (string State, long Learned, TrainingResult Result) Run(ModelDisk disk, int? killedAt)
    {
        using var learner = TinyLearner.Make();
        var storage = new TrainingStorage(disk, "/run");
        storage = storage with { Resume = storage.Checkpoints.Steps().Count == 0 ? null : storage.Checkpoints.Newest().Newest };
        var config = TinyLearner.Config with { LogEvery = 1 };
        var result = Trainer.Train(learner, config, storage, new Stop(killedAt));
        using var random = RandomState.Get();
        var state = string.Join('\n', learner.Model.state_dict().Select(entry => $"{entry.Key} {Convert.ToHexString(entry.Value.bytes)}"))
            + Convert.ToHexString(random.bytes) + string.Join(' ', result.HeldOut.Select(metric => string.Join(' ', metric.Items)));
        Assert.Equal(learner.Learned, learner.Drawn);
        return (state, learner.Learned, result);
    }

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
