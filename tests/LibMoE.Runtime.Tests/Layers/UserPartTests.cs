using LibMoE.Runtime.Testing;

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
