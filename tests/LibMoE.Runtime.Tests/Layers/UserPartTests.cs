using LibMoE.Runtime.Testing;
using LibMoE.Runtime.Tests.Models;

namespace LibMoE.Runtime.Tests.Layers;

public class UserPartTests
{
    private static readonly KitOptions Quick = new() { Shapes = [new([1], 6, 5), new([2, 5], 7, 9) { Masked = true }] };

    [Fact]
    public void A_gate_and_experts_of_ones_own_pass_the_kit_without_any_formula() => LayerKit.Check<OwnGateAndExperts>();

    [Fact]
    public void A_term_of_ones_own_passes_the_kit_beside_a_built_in_one() => LayerKit.Check<OwnExpertsAndTerm>();

    [Fact]
    public void A_term_that_forgets_the_mask_is_found()
    {
        var report = LayerKit.Examine(MoeVariant.Of<OwnForgetfulTerm>(), Quick);
        var failed = report.Checks.Where(check => check.Failures.Count > 0).Select(check => check.Name).ToList();
        Assert.Contains("a masked token has no influence", failed);
        Assert.Contains("a masked token is as if it were not there", failed);
    }

    [Fact]
    public void A_formula_that_is_given_holds_the_part_to_it()
    {
        Assert.Empty(LayerKit.Examine(MoeVariant.Of<OwnGateAndExperts>(), Given(power: 2)).Failures);
        Assert.NotEmpty(LayerKit.Examine(MoeVariant.Of<OwnGateAndExperts>(), Given(power: 3)).Failures);
    }

    [Fact]
    public void A_gate_that_looks_at_other_tokens_says_so_and_is_treated_as_one_that_sees_later_ones()
    {
        var centred = MoeVariant.Of<CallMeanMoe>();
        using var model = LanguageModel.Create(
            new ModelConfig { Dim = 8, Layers = 1, Heads = 2, Hidden = 8, Context = 12 }, centred, seed: 1);

        Assert.False(centred.Declaration.RoutesTokensAlone);
        Assert.False(model.RoutesTokensAlone);
        Assert.Equal(BatchKind.NotCausal, BatchRule.Of(centred.Declaration).Kind);
        Assert.True(MoeVariant.Of<OwnGateAndExperts>().Declaration.RoutesTokensAlone);
        Assert.Equal(BatchKind.Together, BatchRule.Of(MoeVariant.Of<OwnGateAndExperts>().Declaration).Kind);
        Assert.Equal(BatchKind.OneByOne, BatchRule.Of(MoeVariant.Of<DroppingLayer>().Declaration).Kind);
        Assert.Equal(BatchKind.NotCausal, BatchRule.Of(MoeVariant.Of<SoftSlotsLayer>().Declaration).Kind);
    }

    [Fact]
    public void A_layer_written_by_hand_says_so_in_its_declaration()
    {
        var declared = HandWrittenMoe.Declare("Hand", experts: 4, topK: 2, alone: false);

        Assert.Equal(BatchKind.NotCausal, BatchRule.Of(declared).Kind);
        Assert.Contains("Hand routes by looking at all tokens of a call", BatchRule.Of(declared).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gate_that_looks_at_other_tokens_and_says_that_it_does_not_is_found()
    {
        const string Claim = "a token gives the same alone and among others, as RoutesTokensAlone says";
        var failed = LayerKit.Examine(MoeVariant.Of<WrongMoe>(), Quick).Checks.Where(check => check.Failures.Count > 0)
            .Select(check => check.Name);

        Assert.Contains(Claim, failed);
        Assert.NotNull(
            Assert.Single(LayerKit.Examine(MoeVariant.Of<CallMeanMoe>(), Quick).Checks, check => check.Name == Claim).NotApplicable);
    }

    private static KitOptions Given(double power) => Quick with
    {
        Formulas = new OracleOptions
        {
            Gates = new Dictionary<Type, OracleGate>
            {
                [typeof(SharpGateAttribute)] = (_, parameters, x_ND) =>
                {
                    var logits_NE = x_ND.matmul(parameters["router.weight"].t()) * power;
                    return (logits_NE, logits_NE.sigmoid());
                },
            },
            ExpertKinds = new Dictionary<Type, OracleExpert>
            {
                [typeof(Tanh)] = (parameters, place, x_ND) => x_ND.matmul(parameters[$"{place.Prefix}{place.Index}.up"]).tanh()
                    .matmul(parameters[$"{place.Prefix}{place.Index}.down"]),
            },
        },
    };
}
