using LibMoE.Generators.Known;
using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests.Diagnostics;

public class BalanceDiagnosticsTests
{
    private static readonly string[] Gates =
    [
        "SoftmaxGate", "SigmoidGate", "SqrtSoftplusGate", "SparseMixerGate", "TopPGate(0.5)", "ThresholdGate",
        "CosineGate", "PerturbedCosineGate", "XMoeGate(4)", "HyperGate(8)", "NoisyTopKGate", "ReluGate(0.5)",
        "TernaryGate", "ResidualGate", "ExpertChoiceGate(2)", "HashGate(TopK = 2)", "SoftSlotsGate(1)",
    ];

    /// <summary>The gates that each term does not apply to, from the formulas.</summary>
    private static readonly Dictionary<string, string[]> Refused = new()
    {
        // f_e is the same for all experts, or follows from no parameter.
        ["SwitchBalance"] = ["ExpertChoiceGate", "HashGate", "SoftSlotsGate"],
        ["GlobalBatchBalance"] = ["ExpertChoiceGate", "HashGate", "SoftSlotsGate"],
        ["SequenceBalance"] = ["ExpertChoiceGate", "HashGate", "SoftSlotsGate"],
        ["HeterogeneousBalance"] = ["ExpertChoiceGate", "HashGate", "SoftSlotsGate"],

        // softmax(l) is no distribution over experts for a ternary gate.
        ["Top1Balance"] = ["TernaryGate", "ExpertChoiceGate", "HashGate", "SoftSlotsGate"],

        // A hash has no logits.
        ["EntropyBalance"] = ["HashGate"],
        ["RouterZLoss"] = ["HashGate"],

        // Signed weights have no coefficient of variation worth the name.
        ["ImportanceBalance"] = ["TernaryGate", "ExpertChoiceGate", "HashGate", "SoftSlotsGate"],

        // The formula reads the gate's own noise.
        ["LoadBalance"] = [.. Gates.Select(Bare).Where(gate => gate != "NoisyTopKGate")],

        // K different experts per token.
        ["DiversityLoss"] = ["ReluGate", "TopPGate", "ThresholdGate", "TernaryGate", "ExpertChoiceGate", "SoftSlotsGate"],

        // s + b is what must be picked by.
        ["BiasBalance"] =
        [
            "NoisyTopKGate", "SparseMixerGate", "TopPGate", "ThresholdGate", "ReluGate", "TernaryGate", "ExpertChoiceGate", "HashGate",
            "SoftSlotsGate",
        ],
    };

    [Theory]
    [InlineData("SwitchBalance")]
    [InlineData("GlobalBatchBalance")]
    [InlineData("SequenceBalance")]
    [InlineData("HeterogeneousBalance")]
    [InlineData("Top1Balance")]
    [InlineData("EntropyBalance")]
    [InlineData("RouterZLoss")]
    [InlineData("ImportanceBalance")]
    [InlineData("LoadBalance")]
    [InlineData("DiversityLoss")]
    [InlineData("BiasBalance")]
    public void A_term_that_reads_what_a_gate_lacks_is_MOE050_and_every_other_pair_compiles(string term)
    {
        var layers = Gates.Select(gate => $"[MoeLayer, Experts<SwiGlu>(4), {gate}, {term}(0.1)] internal partial class With{Bare(gate)};");

        var run = GeneratorRun.Of(TestSource.Of(string.Join("\n", layers)));

        run.AssertReports([.. Refused[term].Select(_ => ("MOE050", $"{term}(0.1)"))]);
        Assert.Equal(Refused[term].Select(gate => $"{term} on 'With{gate}'").Order(),
            run.Messages().Select(message => message.Split(" does not")[0]).Order());
    }

    [Fact]
    public void The_table_of_this_test_has_every_term_and_gate()
    {
        Assert.Equal(KnownBalance.All.Select(row => row.Name).Order(), Refused.Keys.Order());
        Assert.Equal(KnownGates.All.Select(row => row.Name).Order(), Gates.Select(Bare).Order());
    }

    [Theory]
    [InlineData("SoftmaxGate(TopK = 1, Normalize = false)")]
    [InlineData("HashGate")]
    public void DiversityLoss_with_a_single_pick_is_MOE051(string gate) =>
        GeneratorRun.Of(TestSource.Layer($"Experts<SwiGlu>(4), {gate}, DiversityLoss(0.1)"))
            .AssertReports(("MOE051", "DiversityLoss(0.1)"));

    [Fact]
    public void LoadBalance_with_all_experts_picked_is_MOE052() =>
        GeneratorRun.Of(TestSource.Layer("Experts<SwiGlu>(4), NoisyTopKGate(TopK = 4), LoadBalance(0.1)"))
            .AssertReports(("MOE052", "LoadBalance(0.1)"));

    [Fact]
    public void Unbiased_picks_of_a_gate_that_does_not_pick_the_largest_scores_are_MOE053_and_of_every_other_compile()
    {
        string[] refused = ["NoisyTopKGate", "SparseMixerGate", "TopPGate", "ThresholdGate", "ReluGate", "TernaryGate"];
        var gates = Gates.Where(gate => !Refused["SequenceBalance"].Contains(Bare(gate)));
        var layers = gates.Select(gate =>
            $"[MoeLayer, Experts<SwiGlu>(4), {gate}, SequenceBalance(0.1, Picks = BalancePicks.Unbiased)] internal partial class "
                + $"With{Bare(gate)};");

        var run = GeneratorRun.Of(TestSource.Of(string.Join("\n", layers)));

        run.AssertReports([.. refused.Select(_ => ("MOE053", "Picks = BalancePicks.Unbiased"))]);
        Assert.Equal(refused.Order(), run.Messages().Select(message => message.Split("but ")[1].Split(" does")[0]).Order());
    }

    [Theory]
    [InlineData("SigmoidGate(TopK = 4), BiasBalance(1, Update = BiasUpdate.Quantile)", "Update = BiasUpdate.Quantile")]
    [InlineData("SigmoidGate(Groups = 2, TopGroups = 1), BiasBalance(1, Update = BiasUpdate.Quantile)", "Update = BiasUpdate.Quantile")]
    [InlineData("SoftmaxGate, BiasBalance(1, Update = BiasUpdate.Quantile, FeedForwardOnly = true)", "FeedForwardOnly = true")]
    [InlineData("SoftmaxGate, BiasBalance(1.5, Update = BiasUpdate.Quantile)", "1.5")]
    public void A_quantile_update_without_quantiles_of_all_experts_is_MOE054(string parts, string at) =>
        GeneratorRun.Of(TestSource.Layer($"Experts<SwiGlu>(4), {parts}")).AssertReports(("MOE054", at));

    [Fact]
    public void A_quantile_update_of_a_gate_of_the_users_own_is_MOE054() => GeneratorRun.Of(
        TestSource.Layer("Experts<SwiGlu>(4), Mine.TemperedGate(0.5), BiasBalance(1, Update = BiasUpdate.Quantile)"), CustomSource.Parts)
        .AssertReports(("MOE054", "Update = BiasUpdate.Quantile"));

    private static string Bare(string gate) => gate.Split('(')[0];
}
