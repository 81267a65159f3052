using Domains;
using Translation;
using static LibMoE.Runtime.Tests.Examples.Figures;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>The lines that say what was asked for of an example, and whether it was reached.</summary>
public sealed class CriterionTests
{
    [Fact]
    public void A_figure_that_is_as_high_as_was_asked_for_is_reached_and_a_lower_one_missed_each_with_its_error() => Assert.Equal(
        "Asked for: accuracy at least 0.88. Dense 0.861 ± 0.010: missed, Moe 0.880 ± 0.010: reached.",
        new Criterion("accuracy", 0.88).Of(Figures.Of([Variant("Dense", Accuracy(0.861)), Variant("Moe", Accuracy(0.88))])));

    [Fact]
    public void Where_less_is_better_a_figure_must_not_be_above_what_was_asked_for() => Assert.Equal(
        "Asked for: error at most 0.05. Dense 0.100 ± 0.010: missed, Moe 0.050 ± 0.010: reached.",
        new Criterion("error", 0.05).Of(Figures.Of([Variant("Dense", Error(0.1)), Variant("Moe", Error(0.05))])));

    [Fact]
    public void A_simple_method_must_be_beaten_and_not_only_met() => Assert.Equal(
        "Asked for: accuracy more than neighbours, 0.82. Dense 0.820 ± 0.010: missed, Moe 0.821 ± 0.010: reached.",
        new Criterion("accuracy", Bar: null, "neighbours").Of(Figures.Of(
            [Variant("Dense", Accuracy(0.82)), Variant("Moe", Accuracy(0.821))], ("majority", 0.9), ("neighbours", 0.82))));

    [Fact]
    public void What_was_not_measured_is_said_not_to_be()
    {
        var results = Figures.Of([Variant("Dense", Error(0.1)), Variant("Moe", Accuracy(0.9))]);

        Assert.Equal(
            "Asked for: accuracy at least 0.88. Dense: not measured, Moe 0.900 ± 0.010: reached.",
            new Criterion("accuracy", 0.88).Of(results));
        Assert.Equal([false, true], results.Variants.Select(variant => new Criterion("accuracy", 0.88).IsReached(results, variant)));
    }

    [Fact]
    public void Nothing_is_more_than_a_method_that_was_not_measured()
    {
        var results = Figures.Of([Variant("Moe", Accuracy(0.9))]);

        Assert.EndsWith(
            "Moe 0.900 ± 0.010: missed.", new Criterion("accuracy", Bar: null, "neighbours").Of(results), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_criteria_so_many_are_to_be_reached_by_each_variant() => Assert.Equal(
        """
        Asked for: accuracy at least 0.8. Dense 0.700 ± 0.010: missed, Moe 0.900 ± 0.010: reached.
        Asked for: error at most 0.2. Dense 0.100 ± 0.010: reached, Moe 0.100 ± 0.010: reached.
        Asked for: error at most 0.05. Dense 0.100 ± 0.010: missed, Moe 0.100 ± 0.010: missed.
        Asked for: at least 2 of these 3. Dense 1: missed, Moe 2: reached.
        """,
        new MostOf(2, [new Criterion("accuracy", 0.8), new Criterion("error", 0.2), new Criterion("error", 0.05)]).Of(Figures.Of(
            [Variant("Dense", Accuracy(0.7), Error(0.1)), Variant("Moe", Accuracy(0.9), Error(0.1))])));
}
