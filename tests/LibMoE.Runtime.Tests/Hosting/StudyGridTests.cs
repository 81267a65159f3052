using LibMoE.Runtime.Hosting.Studies;
using LibMoE.Runtime.Studies;
using Microsoft.Extensions.Configuration;

namespace LibMoE.Runtime.Tests.Hosting;

public sealed class StudyGridTests
{
    private static readonly MoeVariant Smoe = MoeVariant.Of<HostedSmoe>();

    [Fact]
    public void Without_a_grid_there_is_one_plan_as_configured()
    {
        var plan = Assert.Single(Plan(("Training:Steps", "7"), ("Study:Seeds", "2")));

        Assert.Empty(plan.Settings);
        Assert.Equal((7, 2), (plan.Training.Steps, plan.Seeds));
        Assert.Equal(["Dense/seed-0", "HostedSmoe/seed-0", "Dense/seed-1", "HostedSmoe/seed-1"], plan.Cells.Select(cell => cell.Folder));
    }

    [Fact]
    public void Every_variant_and_seed_is_trained_with_every_combination()
    {
        var plans = Plan(
            ("Study:Seeds", "2"), ("Study:Grid:training:learningrate", "0.001, 0.003"), ("Study:Grid:Model:Dim", "16,32"),
            ("Model:Heads", "2"));

        Assert.Equal(
            [(16, 0.001), (16, 0.003), (32, 0.001), (32, 0.003)],
            plans.Select(plan => (plan.Variants[1].Model!.Dim, plan.Training.LearningRate)));
        var cells = StudyPlan.CellsOf(plans);
        Assert.Equal(4 * 2 * 2, cells.Count);
        Assert.Equal("HostedSmoe Dim=16 LearningRate=0.003, seed 0", cells[3].ToString());
        Assert.Equal("HostedSmoe/Dim=16,LearningRate=0.003/seed-0", cells[3].Folder);
        Assert.Equal([0L, 1L], cells.Select(cell => cell.Seed).Distinct());
        Assert.Equal(cells.Count, cells.Select(cell => cell.Folder).Distinct().Count());
    }

    [Fact]
    public void Values_may_be_an_array_of_a_settings_file()
    {
        using var json = new MemoryStream("""{ "Study": { "Grid": { "Training:LearningRate": [0.001, 0.01] } } }"""u8.ToArray());

        var plans = StudyGrid.Plan(new ConfigurationBuilder().AddJsonStream(json).Build(), [Smoe]);

        Assert.Equal([0.001, 0.01], plans.Select(plan => plan.Training.LearningRate));
    }

    [Fact]
    public void The_baseline_follows_the_backbone_of_its_combination()
    {
        var plans = Plan(("Study:Grid:Model:Dim", "16,32"), ("Model:Heads", "2"));

        Assert.All(
            plans, plan => Assert.InRange((double)plan.Variants[0].ActiveParameters / plan.Variants[1].ActiveParameters, 0.95, 1.05));
    }

    [Theory]
    [InlineData("Study:Grid:Study:Seeds", "1,2",
        "Study:Grid:Study:Seeds cannot be varied; a grid takes settings of Model, Training, Corpus.")]
    [InlineData("Study:Grid:Training:Seed", "1,2", "Study:Grid:Training:Seed cannot be varied; Study:Seeds says how many seeds there are.")]
    [InlineData("Study:Grid:Training:LearningRate", " , ",
        "Study:Grid:Training:LearningRate has no value; it takes values separated by commas.")]
    [InlineData("Study:Grid:Training:Steps", "5,many", "Study:Grid:Training:Steps is 'many'; it must be a whole number.")]
    [InlineData("Study:Grid:Training:Steps", "5,0", "Training:Steps is 0; it must be at least 1.")]
    public void What_cannot_be_varied_is_named(string key, string values, string problem) =>
        Assert.Equal(problem, Assert.Throws<ConfigurationException>(() => Plan((key, values))).Message);

    [Fact]
    public void A_mistyped_setting_is_asked_about() => Assert.StartsWith(
        "'Study:Grid:Training:LearningRat' is not a setting; did you mean 'LearningRate'?",
        Assert.Throws<ConfigurationException>(() => Plan(("Study:Grid:Training:LearningRat", "1"))).Message,
        StringComparison.Ordinal);

    private static IReadOnlyList<StudyPlan> Plan(params (string Key, string Value)[] settings) => StudyGrid.Plan(
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build(),
        [Smoe]);
}
