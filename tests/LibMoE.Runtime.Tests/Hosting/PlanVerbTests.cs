using System.Runtime.CompilerServices;
using LibMoE.Runtime.Studies.Scaling;
using LibMoE.Runtime.Tests.Studies.Scaling;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>The verb <c>plan</c> as a user runs it, on the cluster of docs/plan.md.</summary>
public sealed class PlanVerbTests : IDisposable
{
    private static readonly string[] Mixtral =
    [
        "--Model:Vocabulary=32000", "--Model:Dim=4096", "--Model:Layers=32", "--Model:Heads=32", "--Model:KeyValueHeads=8",
        "--Model:Hidden=14336",
    ];

    private readonly HostedRun _run = new();

    public PlanVerbTests() => File.WriteAllText("h100.json", Page().Split("```json\n")[1].Split("```")[0]);

    public void Dispose() => _run.Dispose();

    [Fact]
    public void The_pages_cluster_is_the_one_that_the_models_are_tested_on() => Assert.Equal(
        PageModels.H100(PageModels.OfMixtral) with { Cards = 64, MemoryGBs = 3350 },
        ClusterFile.Read("h100.json") with { SchemaAddress = null });

    [Fact]
    public async Task It_proposes_a_layout_and_says_where_the_time_goes()
    {
        var code = await _run.Run([MoeVariant.Of<PlannedMixtral>()], ["plan", "--cluster", "h100.json", "--tokens", "16384", .. Mixtral]);

        Assert.True(code == 0, string.Join('\n', _run.Errors));
        Assert.Contains("PlannedMixtral on 64 cards of H100 nodes, 80.0 GB each, 16,384 tokens a card and step", _run.Output);
        Assert.Matches(@"Take 64 ranks of data, experts over 8 of them, optimiser state split: [\d,]+ ms a step", Flat());
        Assert.Matches(@"routed experts\s+[\d,]+ ms\s+\d+ %", _run.Output);
        Assert.Matches(@"rows to experts and back\s+[\d,]+ ms\s+\d+ %", _run.Output);
        Assert.False(_run.LeftARun);
    }

    [Fact]
    public async Task What_cannot_fit_is_one_sentence_with_numbers_and_exit_code_2()
    {
        var code = await _run.Run(
            [MoeVariant.Of<PlannedMixtral>()], ["plan", "--cluster", "h100.json", "--cards", "8", "--tokens", "16384", .. Mixtral]);

        Assert.Equal(2, code);
        Assert.Matches(
            @"^error: PlannedMixtral does not fit on 8 cards of 80\.0 GB: with 8 ranks of data, experts over 8 of them, optimiser state "
            + @"split a card needs at least \d+\.\d GB \(\d+\.\d GB of weights, gradients and optimiser state, \d+\.\d GB of "
            + @"activations\); it fits from \d+ cards on\.$",
            Assert.Single(_run.Errors));
        Assert.Equal("", _run.Output);
    }

    [Fact]
    public async Task A_dense_baseline_is_planned_without_experts()
    {
        var code = await _run.Run("plan", "--cluster", "h100.json", "--variant", "Dense", "--cards", "8", "--tokens", "4096");

        Assert.True(code == 0, string.Join('\n', _run.Errors));
        Assert.Contains("Take 8 ranks of data, all experts on each, optimiser state whole", Flat(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error: --cluster (Plan:Cluster) is empty; it must be the path of a cluster file.", "plan")]
    [InlineData("error: --cards (Plan:Cards) is 0; it must be at least 1.", "plan", "--cluster", "h100.json", "--cards", "0")]
    [InlineData(
        "error: --variant (Study:Variants) is 'Dense,HostedSmoe'; 'plan' takes one variant.",
        "plan", "--cluster", "h100.json", "--variant", "Dense,HostedSmoe")]
    [InlineData(
        "error: --expert-ranks (Plan:ExpertRanks) is 3; HostedSmoe with 4 experts on 64 cards in nodes of 8 can have 1, 2, 4.",
        "plan", "--cluster", "h100.json", "--expert-ranks", "3")]
    public async Task Wrong_settings_end_with_exit_code_2(string error, params string[] arguments)
    {
        Assert.Equal(2, await _run.Run(arguments));
        Assert.Equal([error], _run.Errors);
    }

    private string Flat() => string.Join(' ', _run.Output.Split((char[])['\n', ' '], StringSplitOptions.RemoveEmptyEntries));

    private static string Page([CallerFilePath] string here = "") =>
        File.ReadAllText(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/plan.md")));
}

/// <summary>Mixtral's layer.</summary>
[MoeLayer, Experts<SwiGlu>(8), SoftmaxGate(TopK = 2), SwitchBalance(0.02)]
public sealed partial class PlannedMixtral;
