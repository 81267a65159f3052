using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Tests.Hosting;

public sealed class StudyPlanTests
{
    private static readonly MoeVariant Smoe = MoeVariant.Of<HostedSmoe>();
    private static readonly ModelConfig Model = new() { Dim = 16, Heads = 2, Layers = 1 };

    [Fact]
    public void Every_variant_is_trained_with_a_seed_before_any_is_with_the_next()
    {
        var plan = Make("", seeds: 2, variants: Smoe);

        Assert.Equal(
            [("Dense", 5L), ("HostedSmoe", 5L), ("Dense", 6L), ("HostedSmoe", 6L)],
            plan.Cells.Select(cell => (cell.Variant.Name, cell.Seed)));
    }

    [Fact]
    public void The_baseline_has_the_mixtures_active_parameters()
    {
        var plan = Make("", 1, Smoe);
        var (dense, mixture) = (plan.Variants[0], plan.Variants[1]);

        Assert.Null(dense.Mixture);
        Assert.True(mixture.TotalParameters > mixture.ActiveParameters);
        // Up to half of the 8 hidden units to which the width is rounded, each with a column of gate and of up and a row of down.
        Assert.InRange(dense.ActiveParameters - mixture.ActiveParameters, -4 * 3 * Model.Dim, 4 * 3 * Model.Dim);
        Assert.Empty(plan.Notes);
    }

    [Fact]
    public void The_baseline_alone_is_the_one_that_the_whole_study_has() =>
        Assert.Equal(Make("", 1, Smoe).Variants[0].Model, Make("Dense", 1, Smoe).Variants.Single().Model);

    [Fact]
    public void The_baseline_has_the_models_width_where_that_is_asked_for_and_the_study_says_how_unequal_it_is()
    {
        var plan = StudyPlan.Make("", [Smoe], Model with { Hidden = 24 }, new TrainingConfig(), 1, DenseWidth.Model);

        Assert.Equal(24, plan.Variants[0].Model!.Hidden);
        Assert.StartsWith("Active parameters differ by ", Assert.Single(plan.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void The_baseline_matches_the_median_of_several_mixtures_and_the_study_says_so_if_they_differ()
    {
        var wide = Smoe with { Name = "Wide" };
        var plan = StudyPlan.Make("", [Smoe, wide], Model, new TrainingConfig(), 1);
        var unequal = plan with
        {
            Variants = [.. plan.Variants, new StudyVariant(wide, Model with { Dim = 32 })],
        };

        Assert.Empty(plan.Notes);
        Assert.StartsWith("Active parameters differ by ", Assert.Single(unequal.Notes), StringComparison.Ordinal);
        Assert.Contains("Wide", unequal.Notes[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hostedsmoe", "HostedSmoe")]
    [InlineData("HostedSmoe, HostedSmoe", "HostedSmoe")]
    [InlineData("HostedSmoe,dense", "Dense,HostedSmoe")]
    [InlineData(" , ", "Dense,HostedSmoe")]
    public void Variants_are_chosen_by_name_and_the_baseline_comes_first(string names, string chosen) =>
        Assert.Equal(chosen, string.Join(',', Make(names, 1, Smoe).Variants.Select(variant => variant.Name)));

    [Fact]
    public void The_model_reads_as_far_as_the_sequences_go() =>
        Assert.All(
            StudyPlan.Make("", [Smoe], Model, new TrainingConfig { SequenceLength = 4096 }, 1).Variants,
            variant => Assert.Equal(4096, variant.Model!.Context));

    [Fact]
    public void Unknown_names_are_refused_together() =>
        Assert.Equal(
            "Study:Variants names 'HostedSmo', which is not a variant; did you mean 'HostedSmoe'? (allowed: Dense, HostedSmoe). "
            + "Study:Variants names 'Q', which is not a variant; allowed: Dense, HostedSmoe.",
            Assert.Throws<ConfigurationException>(() => Make("HostedSmo,Q", 1, Smoe)).Message);

    [Fact]
    public void A_program_without_declarations_is_told_what_to_do() =>
        Assert.Contains("AddMoeVariants()", Assert.Throws<ConfigurationException>(() => Make("", 1)).Message, StringComparison.Ordinal);

    [Fact]
    public void Two_variants_of_one_name_are_refused() =>
        Assert.Contains(
            "'HostedSmoe'", Assert.Throws<ConfigurationException>(() => Make("", 1, Smoe, Smoe)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_baselines_name_is_taken() =>
        Assert.Contains(
            "'Dense'", Assert.Throws<ConfigurationException>(() => Make("", 1, Smoe with { Name = "Dense" })).Message,
            StringComparison.Ordinal);

    private static StudyPlan Make(string names, int seeds, params MoeVariant[] variants) =>
        StudyPlan.Make(names, variants, Model, new TrainingConfig { Seed = 5 }, seeds);
}
