using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training.Learners.Classification;

/// <summary>With a validation part a classifier's calibration error is measured once more, after a temperature was fitted there.</summary>
public sealed class ScaledCalibrationTests
{
    private const string Raw = "calibration error";
    private const string Scaled = "scaled calibration error";

    [Fact]
    public void A_net_that_is_too_sure_by_a_factor_is_measured_as_if_it_were_not()
    {
        // What it says is right in three of four cases of margin 6, here and in the validation part: T is 6/ln 3.
        using var learner = Make(Rows(margin: 6), Rows(margin: 6));

        var measured = learner.Measure(int.MaxValue, batch: 3);

        Assert.Equal(1 / (1 + Math.Exp(-6)) - 0.75, measured.Find(Raw)!.Value, 1e-6);
        Assert.Equal(0, measured.Find(Scaled)!.Value, 1e-6);
        Assert.Equal(0.75, measured.Find("accuracy")!.Value, 1e-12);
    }

    [Fact]
    public void The_temperature_is_that_of_the_validation_part_alone()
    {
        // T is 2/ln 3 by a margin of 2 in the validation part; the test's margin of 6 is then σ(3·ln 3) = 27/28.
        using var learner = Make(Rows(margin: 6), Rows(margin: 2));

        Assert.Equal(27.0 / 28 - 0.75, learner.Measure(int.MaxValue, batch: 64).Find(Scaled)!.Value, 1e-6);
    }

    [Fact]
    public void It_follows_the_weights_from_one_measurement_to_the_next()
    {
        using var learner = Make(Rows(margin: 6), Rows(margin: 6));
        _ = learner.Measure(int.MaxValue, batch: 8);
        using (no_grad())
        {
            using var half = tensor(0.5f);
            foreach (var parameter in learner.Model.parameters())
            {
                parameter.mul_(half);
            }
        }

        Assert.Equal(0, learner.Measure(int.MaxValue, batch: 8).Find(Scaled)!.Value, 1e-6);
    }

    [Fact]
    public void A_simple_method_gets_a_temperature_of_its_own()
    {
        using var learner = Make(Rows(margin: 6), Rows(margin: 6), ("too sure", Sure));

        var baseline = Assert.Single(learner.Baselines());

        Assert.Equal(0.99 - 0.75, baseline.Metrics.Single(metric => metric.Name == Raw).Value, 1e-9);
        Assert.Equal(0, baseline.Metrics.Single(metric => metric.Name == Scaled).Value, 1e-9);

        static Tensor Sure(ClassifierData data)
        {
            double[] yes = [.. Enumerable.Range(0, data.Test.Count).Select(row => data.Test.Values[row] > 0 ? 0.99 : 0.01)];
            return tensor([.. yes.SelectMany(p => new[] { 1 - p, p })], [yes.Length, 2]);
        }
    }

    [Fact]
    public void Without_a_validation_part_there_is_no_such_metric()
    {
        using var learner = Make(Rows(margin: 6), validation: null);

        Assert.DoesNotContain(Scaled, learner.Metrics.Select(metric => metric.Name));
        Assert.Null(learner.Measure(int.MaxValue, batch: 8).Find(Scaled));
    }

    [Fact]
    public void The_validation_part_is_of_the_data_s_identity_and_is_checked()
    {
        var (rows, others) = (Rows(margin: 6), Rows(margin: 2));

        Assert.NotEqual(Data(rows, rows).Identity, Data(rows, others).Identity);
        Assert.Contains(
            "signs has 1 validation examples [2]; there must be at least one, and of the shape [1].",
            Assert.Throws<ConfigurationException>(() => Make(rows, new LabelledRows([1, 2], [2], [0]))).Message, StringComparison.Ordinal);
    }

    /// <summary>Eight numbers of one size, whose sign is the class in three of four cases.</summary>
    private static LabelledRows Rows(float margin) => new(
        [.. Enumerable.Range(0, 8).Select(row => row % 2 == 0 ? margin : -margin)], [1],
        [.. Enumerable.Range(0, 8).Select(row => row < 6 == (row % 2 == 0) ? 1 : 0)]);

    private static ClassifierData Data(LabelledRows test, LabelledRows? validation) =>
        new("signs", ["no", "yes"], test, test) { Validation = validation };

    private static ClassifierLearner Make(
        LabelledRows test, LabelledRows? validation, params (string, Func<ClassifierData, Tensor>)[] baselines) => new(
        new LearnerSetup(null, new TrainingConfig()), Data(test, validation) with { Baselines = baselines }, new Sign());

    /// <summary>The logits 0 and w·x, with w = 1 at first.</summary>
    private sealed class Sign : nn.Module<Tensor, MoeContext, (Tensor Logits_NC, IReadOnlyList<Routing> Routings)>
    {
        private readonly Parameter weight = new(ones([1, 1]));

        public Sign()
            : base(nameof(Sign)) => RegisterComponents();

        public override (Tensor Logits_NC, IReadOnlyList<Routing> Routings) forward(Tensor x_NF, MoeContext context)
        {
            var logit_N1 = x_NF.matmul(weight);
            return (cat([zeros_like(logit_N1), logit_N1], 1), []);
        }
    }
}
