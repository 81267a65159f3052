using LibMoE.Runtime.Studies.Scaling;

namespace LibMoE.Runtime.Tests.Studies.Scaling;

/// <summary>The α-β model gives the figures that were computed for two published models apart from it.</summary>
public sealed class StepModelTests
{
    [Theory]
    [InlineData("679M", 16384, 4, 8, 1, 53, 0, 11, 83, 99, 100)]
    [InlineData("679M", 16384, 4, 8, 8, 59, 44, 1, 51, 52, 90)]
    [InlineData("679M", 16384, 4, 64, 1, 53, 0, 15, 77, 99, 100)]
    [InlineData("679M", 16384, 4, 128, 1, 53, 0, 15, 77, 99, 100)]
    [InlineData("679M", 16384, 4, 256, 1, 53, 0, 15, 77, 99, 100)]
    [InlineData("679M", 16384, 4, 512, 1, 53, 0, 15, 77, 98, 100)]
    [InlineData("679M", 16384, 4, 1024, 1, 53, 0, 15, 77, 98, 100)]
    [InlineData("679M", 4096, 4, 64, 1, 13, 0, 15, 46, 66, 68)]
    [InlineData("679M", 4096, 4, 1024, 1, 13, 0, 15, 45, 65, 67)]
    [InlineData("Mixtral", 16384, 4, 8, 8, 3223, 110, 25, 85, 85, 88)]
    [InlineData("Mixtral", 16384, 4, 16, 8, 3223, 110, 537, 74, 85, 88)]
    [InlineData("Mixtral", 16384, 4, 32, 8, 3223, 110, 787, 69, 85, 88)]
    [InlineData("Mixtral", 16384, 4, 64, 8, 3223, 110, 913, 67, 85, 88)]
    [InlineData("Mixtral", 16384, 4, 1024, 8, 3223, 110, 1030, 65, 85, 88)]
    [InlineData("Mixtral", 4096, 2, 1024, 8, 806, 29, 515, 53, 85, 88)]
    public void Every_row_of_the_table_comes_out(
        string name, int tokens, int gradientBytes, int cards, int expertRanks, double compute, double rows, double gradients,
        double inTurn, double behind, double allBehind)
    {
        var step = Step(name, tokens, gradientBytes, cards, expertRanks);

        Assert.Equal(compute, 1e3 * step.Times.Compute, 0.5);
        Assert.Equal(rows, 1e3 * step.Times.Rows, 0.5);
        Assert.Equal(gradients, 1e3 * step.Times.Gradients, 0.5);
        Assert.Equal(inTurn, 100 * step.Efficiency(step.Times.InTurn), 0.5);
        Assert.Equal(behind, 100 * step.Efficiency(step.Times.GradientsBehind), 0.5);
        Assert.Equal(allBehind, 100 * step.Efficiency(step.Times.AllBehind), 0.5);
    }

    [Theory]
    [InlineData("679M", 8, 1, false, 12.2)]
    [InlineData("679M", 8, 1, true, 5.1)]
    [InlineData("679M", 1024, 1, true, 4.1)]
    [InlineData("Mixtral", 8, 8, false, 130.3)]
    [InlineData("Mixtral", 8, 8, true, 113.5)]
    [InlineData("Mixtral", 16, 8, true, 78.5)]
    [InlineData("Mixtral", 32, 8, true, 61.0)]
    [InlineData("Mixtral", 64, 8, true, 52.2)]
    [InlineData("Mixtral", 1024, 8, true, 44.0)]
    public void State_takes_the_memory_that_the_table_has(string name, int cards, int expertRanks, bool split, double gigabytes) =>
        Assert.Equal(
            gigabytes, RankMemory.Of(Named(name), new StepLayout(cards, expertRanks, split), PageModels.Bytes(), 0).State / 1e9, 0.05);

    [Theory]
    [InlineData(8, 5.7, 7.9)]
    [InlineData(16, 7.3, 10.6)]
    [InlineData(32, 9.5, 11.8)]
    [InlineData(64, 11.1, 12.6)]
    public void A_step_of_65536_tokens_gains_so_much_by_more_cards(int cards, double inTurn, double behind)
    {
        var alone = Step("679M", 65536, 4, 1, 1).Times.InTurn;
        var times = Step("679M", 65536 / cards, 4, cards, 1).Times;

        Assert.Equal(inTurn, alone / times.InTurn, 0.05);
        Assert.Equal(behind, alone / times.GradientsBehind, 0.05);
    }

    [Fact]
    public void One_card_sends_nothing()
    {
        var times = Step("Mixtral", 16384, 4, 1, 1).Times;

        Assert.Equal((0, 0, 0, 0), (times.Rows, times.Small, times.Gradients, times.Waiting));
        Assert.Equal(times.Compute, times.InTurn);
    }

    [Fact]
    public void Memory_of_a_known_speed_adds_the_optimisers_passes_and_splitting_state_lessens_them()
    {
        var model = PageModels.Of679M;
        var cluster = PageModels.H100(model) with { MemoryGBs = 3350 };
        var whole = new StepModel(cluster, model, PageModels.Bytes()).Of(new StepLayout(8, 1, Split: false), 16384);
        var split = new StepModel(cluster, model, PageModels.Bytes()).Of(new StepLayout(8, 1, Split: true), 16384);

        Assert.Equal(678e6 * (28 + 16) / 3350e9, whole.Memory, 1e-12);
        Assert.Equal(678e6 * ((28 / 8.0) + 16) / 3350e9, split.Memory, 1e-12);
        Assert.Equal((0, whole.Gradients / 2), (whole.Weights, split.Weights));
    }

    private static ScaledModel Named(string name) => name == "Mixtral" ? PageModels.OfMixtral : PageModels.Of679M;

    private static PlannedStep Step(string name, double tokens, int gradientBytes, int cards, int expertRanks)
    {
        var model = Named(name);
        return TrainingPlan.Step(
            model, PageModels.H100(model), PageModels.Bytes(gradientBytes), new StepLayout(cards, expertRanks, Split: false), tokens,
            tokens);
    }
}
