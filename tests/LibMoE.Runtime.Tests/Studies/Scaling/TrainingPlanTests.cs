using LibMoE.Runtime.Models;
using LibMoE.Runtime.Studies.Scaling;

namespace LibMoE.Runtime.Tests.Studies.Scaling;

/// <summary>A plan refuses what cannot fit, and proposes the fastest layout of what does.</summary>
public sealed class TrainingPlanTests
{
    [Fact]
    public void A_small_model_is_trained_by_data_alone_with_everything_on_each_card()
    {
        var best = Plan(PageModels.Of679M, cards: 8).Best.Layout;

        Assert.Equal(new StepLayout(8, 1, Split: false), best);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void Mixtral_is_refused_where_split_state_leaves_no_room_for_activations(int cards)
    {
        var refused = Assert.Throws<ConfigurationException>(() => Plan(PageModels.OfMixtral, cards));

        Assert.Equal(
            $"Mixtral does not fit on {cards} cards of 80.0 GB: with {cards} ranks of data, experts over 8 of them, optimiser state split "
            + $"a card needs at least {(cards == 8 ? "122.2 GB (113.5 GB" : "87.2 GB (78.5 GB")} of weights, gradients and optimiser "
            + "state, 8.7 GB of activations); it fits from 32 cards on.",
            refused.Message);
    }

    [Fact]
    public void From_32_cards_on_Mixtral_has_experts_over_a_node_and_split_state() =>
        Assert.Equal(new StepLayout(32, 8, Split: true), Plan(PageModels.OfMixtral, cards: 32).Best.Layout);

    [Fact]
    public void Where_no_number_of_cards_helps_the_sentence_says_so()
    {
        var refused = Assert.Throws<ConfigurationException>(() => Plan(PageModels.OfMixtral, cards: 64, expertRanks: 1));

        Assert.EndsWith("; more cards of this kind do not change that.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_layout_that_fits_is_within_the_memory_and_the_best_is_the_fastest_of_them()
    {
        var plan = Plan(PageModels.OfMixtral, cards: 64);

        Assert.All(plan.Steps, step => Assert.Equal(step.Memory.Total <= 80e9, step.Fits));
        Assert.All(
            plan.Steps.Where(step => step.Fits),
            step => Assert.True(step.Times.GradientsBehind >= plan.Best.Times.GradientsBehind - 1e-6));
        Assert.Equal([1, 2, 4, 8], plan.Steps.Select(step => step.Layout.ExpertRanks).Distinct());
    }

    [Fact]
    public void Fewer_tokens_at_once_take_less_memory()
    {
        var whole = Plan(PageModels.OfMixtral, cards: 32);
        var parts = Plan(PageModels.OfMixtral, cards: 32, microBatches: 4);

        // Both have more tokens than the loss has logits of at once.
        var logits = 2 * 4 * HeadLoss.LogitsAtOnce(long.MaxValue, 32_000);
        Assert.Equal((whole.Best.Memory.Activations - logits) / 4, parts.Best.Memory.Activations - logits, 1.0);
        Assert.Equal(whole.Best.Times, parts.Best.Times);
    }

    [Theory]
    [InlineData(12, null, "Plan:Cards is 12; H100 nodes has nodes of 8 cards, which it must be a multiple of.")]
    [InlineData(64, 3, "Plan:ExpertRanks is 3; Mixtral with 8 experts on 64 cards in nodes of 8 can have 1, 2, 4, 8.")]
    [InlineData(64, 16, "Plan:ExpertRanks is 16; Mixtral with 8 experts on 64 cards in nodes of 8 can have 1, 2, 4, 8.")]
    public void What_no_layout_can_keep_to_is_refused(int cards, int? expertRanks, string message)
    {
        var refused = Assert.Throws<ConfigurationException>(() => Plan(PageModels.OfMixtral, cards, expertRanks));

        Assert.Equal(message, refused.Message);
    }

    [Fact]
    public void Experts_that_do_not_divide_evenly_are_counted_where_most_of_them_are() =>
        Assert.Equal(9.0 / 66 * PageModels.Of679M.ExpertParameters, PageModels.Of679M.ExpertsOfOne(8), 1.0);

    [Fact]
    public void A_declared_model_is_what_its_parameter_table_says()
    {
        var declared = MoeVariant.Of<Golden.CurveSmoe>();
        var model = ScaledModel.Of(ModelPresets.LibMoE679M, declared);

        Assert.Equal(ModelCost.TotalParameters(ModelPresets.LibMoE679M, declared.Declaration), model.Parameters);
        Assert.Equal(PageModels.Of679M.ExpertParameters, model.ExpertParameters, 1.0);
        Assert.Equal(PageModels.Of679M.Parameters, model.Parameters, 0.01 * model.Parameters);
        Assert.Equal(ModelCost.FlopsPerToken(ModelPresets.LibMoE679M, declared.Declaration), model.DenseFlops + model.ExpertFlops);
        Assert.Equal(PageModels.Of679M.ExpertFlops, model.ExpertFlops, 1.0);
        Assert.Equal(Enumerable.Repeat((66, 8.0), 18), model.Mixtures);
    }

    [Fact]
    public void A_dense_model_has_no_experts_to_divide()
    {
        var model = ScaledModel.Of(ModelPresets.LibMoE154M, variant: null);

        Assert.Equal((0, 0, 1), (model.ExpertParameters, model.ExpertFlops, model.MostExpertRanks));
        Assert.Equal([1], StepLayout.All(model, 8, 8).Select(layout => layout.ExpertRanks).Distinct());
    }

    private static TrainingPlan Plan(ScaledModel model, int cards, int? expertRanks = null, int microBatches = 1) => TrainingPlan.Make(
        model, PageModels.H100(model), PageModels.Bytes(), new PlanWish(cards, 16384, 0, microBatches, expertRanks, Split: null));
}
