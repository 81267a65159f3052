using MetaLearning;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>What examples/MetaLearning says of the figure that was asked for.</summary>
public sealed class GainCriterionTests
{
    [Fact]
    public void A_gain_that_comes_up_to_the_bar_is_reached_and_one_below_is_missed_each_with_its_error()
    {
        // Gains of .06, .09 and .12: .09, with the error .03/√3; of .05, .06 and .07: .06, with .01/√3.
        var results = Results(
            Variant("Dense", OuterLoop.None, [0.30, 0.30, 0.30]), Variant("Dense", OuterLoop.Reptile, [0.36, 0.39, 0.42]),
            Variant("GlyphMoe", OuterLoop.None, [0.31, 0.32, 0.33]), Variant("GlyphMoe", OuterLoop.Reptile, [0.36, 0.38, 0.40]));

        Assert.Equal(
            "Asked for: Reptile − None at least +0.080 in accuracy@5. "
            + "Dense +0.090 ± 0.017: reached, GlyphMoe +0.060 ± 0.006: missed.",
            GainCriterion.Asked.Of(results));
    }

    [Fact]
    public void Of_one_seed_there_is_no_error() => Assert.Equal(
        "Asked for: Reptile − None at least +0.080 in accuracy@5. Dense +0.100 (one seed): reached.",
        GainCriterion.Asked.Of(Results(Variant("Dense", OuterLoop.None, [0.3]), Variant("Dense", OuterLoop.Reptile, [0.4]))));

    [Theory]
    [InlineData("accuracy@1", OuterLoop.Reptile)]
    [InlineData("accuracy@5", OuterLoop.Pretraining)]
    public void Without_the_metric_or_one_of_both_beginnings_it_is_not_measured(string metric, OuterLoop outer) => Assert.Equal(
        "Asked for: Reptile − None at least +0.080 in accuracy@5: not measured.",
        GainCriterion.Asked.Of(Results(Variant("Dense", OuterLoop.None, [0.3], metric), Variant("Dense", outer, [0.4], metric))));

    [Fact]
    public void Nets_that_differ_in_another_setting_are_apart() => Assert.Equal(
        "Asked for: Reptile − None at least +0.080 in accuracy@5. "
        + "Dense Training:Steps=5 +0.100 (one seed): reached, Dense Training:Steps=9 +0.050 (one seed): missed.",
        GainCriterion.Asked.Of(Results(
            Variant("Dense", OuterLoop.None, [0.3], steps: "5"), Variant("Dense", OuterLoop.Reptile, [0.4], steps: "5"),
            Variant("Dense", OuterLoop.None, [0.3], steps: "9"), Variant("Dense", OuterLoop.Reptile, [0.35], steps: "9"))));

    private static StudyResults Results(params VariantResult[] variants) => Figures.Of(variants);

    private static VariantResult Variant(
        string net, OuterLoop outer, double[] accuracies, string metric = "accuracy@5", string? steps = null)
    {
        var settings = new Dictionary<string, string> { ["Training:Meta:Outer"] = $"{outer}" };
        if (steps is not null)
        {
            settings["Training:Steps"] = steps;
        }

        return Figures.Variant($"{net} {outer}", Figure(accuracies.Average())) with
        {
            Variant = net,
            Settings = settings,
            Seeds = [.. accuracies.Select((accuracy, seed) => Figures.Seed(seed, Figure(accuracy)))],
        };

        MetricFigure Figure(double value) => new(metric, "share", MetricDirection.Higher, value, 0.01);
    }
}
