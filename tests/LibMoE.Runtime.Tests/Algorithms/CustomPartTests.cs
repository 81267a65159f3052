using System.ComponentModel;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

/// <summary>Scores fall as logits rise, which no built-in gate does.</summary>
[Description("s = exp(−l)")]
internal sealed class FallingGateAttribute : GateAttribute<FallingRouter>;

internal sealed class FallingRouter : nn.Module, IRouter<FallingRouter, FallingGateAttribute>
{
    private readonly Parameter weight;

    private FallingRouter(RouterPlace place)
        : base(nameof(FallingRouter))
    {
        weight = place.Parameter("weight", std: 0.02, place.Experts, place.Shape.Dim);
        RegisterComponents();
    }

    public static FallingRouter Create(RouterPlace place, FallingGateAttribute options) => new(place);

    public RouterScores Route(Tensor x_TD)
    {
        var logits_TE = x_TD.matmul(weight.t());
        return new(logits_TE, (-logits_TE).exp());
    }
}

/// <summary>f(x) = scale·x with a learned number.</summary>
internal sealed class Scaled : nn.Module<Tensor, Tensor>, IExpertKind<Scaled>
{
    private readonly Parameter scale;

    private Scaled(ExpertPlace place)
        : base(nameof(Scaled))
    {
        scale = place.Parameter("scale", std: 1, 1);
        RegisterComponents();
    }

    public static Scaled Create(ExpertPlace place) => new(place);

    public override Tensor forward(Tensor x_ND) => x_ND * scale;
}

/// <summary>A term that fixes its coefficient, and names its option as a built-in one names its coefficient.</summary>
internal sealed class MeanLogitAttribute(double rate) : BalanceAttribute<MeanLogitAttribute>(0.5), IBalanceTerm<MeanLogitAttribute>
{
    public double Rate { get; } = rate;

    public static Tensor Loss(BalanceInputs inputs, MeanLogitAttribute options) =>
        inputs.MeanOverTokens(inputs.Logits).mean() * options.Rate;
}

[MoeLayer, Experts<Scaled>(2), Experts<Relu>(1, Hidden = 3), Experts<Zero>(1), FallingGate(TopK = 2), MeanLogit(4), Capacity(4),
    DiversityLoss(0)]
internal sealed partial class OwnPartsLayer;

public class CustomPartTests
{
    [Fact]
    public void Picks_follow_the_scores_of_a_router_of_ones_own_even_against_its_logits()
    {
        using var scope = NewDisposeScope();
        using var layer = Layer();

        var routing = layer.forward(tensor(new double[,] { { 3, 1, 2, 4 }, { 1, 2, 3, 4 } })).Routing;

        Assert.Equal(new long[] { 1, 2, 0, 1 }, routing.Experts!.reshape(-1).data<long>().ToArray());
    }

    [Fact]
    public void Experts_of_ones_own_stand_beside_built_in_ones()
    {
        using var scope = NewDisposeScope();
        using var layer = Layer();
        var x_TD = tensor(new double[,] { { 3, 1, 5, 4 }, { 2, 3, 1, 4 }, { 3, 2, 4, 1 } });
        var output = layer.forward(x_TD);

        // Logits of a token's two picks differ by 2, 1 and 1. Token 0 picks experts 1 and 0, token 1 the ReLU expert, which gives 0, and
        // expert 0, token 2 the zero expert and expert 1.
        Assert.Equal(new long[] { 1, 0, 2, 0, 3, 1 }, output.Routing.Experts!.reshape(-1).data<long>().ToArray());
        var (two, one) = (1 / (1 + Math.Exp(-2)), 1 / (1 + Math.Exp(-1)));
        Assert.Equal(3 * (two * -2 + (1 - two) * 5), output.Hidden[0, 0].item<double>(), 1e-12);
        Assert.Equal(2 * (1 - one) * 5, output.Hidden[1, 0].item<double>(), 1e-12);
        Assert.Equal(3 * (1 - one) * -2, output.Hidden[2, 0].item<double>(), 1e-12);
    }

    [Fact]
    public void A_term_of_ones_own_is_multiplied_by_its_coefficient_and_sees_no_masked_token()
    {
        using var scope = NewDisposeScope();
        using var layer = Layer();
        var x_TD = tensor(new double[,] { { 1, 2, 3, 4 }, { 100, 100, 100, 100 } });

        var routing = layer.forward(x_TD, new MoeContext { Mask = tensor(new[] { true, false }) }).Routing;

        Assert.Equal(0.5 * 4 * 2.5, routing.Losses["MeanLogit"].item<double>(), 1e-12);
    }

    [Fact]
    public void Parts_of_ones_own_stand_in_the_description_the_costs_and_the_state()
    {
        using var scope = NewDisposeScope();
        using var layer = Layer();
        var declared = layer.Declaration;

        Assert.Contains("gate     s = exp(−l)", declared.Formulas);
        Assert.Equal(
            ["experts.0.0.scale", "experts.0.1.scale", "experts.1.down", "experts.1.up", "router.weight"],
            layer.state_dict().Keys.Order(StringComparer.Ordinal));
        Assert.Equal(16 + 2 + 24, declared.TotalParameters(new MoeShape(4, Hidden: 3)));
        Assert.Equal(16 + 2 * 24, declared.ActiveParameters(new MoeShape(4, Hidden: 3)));
    }

    /// <summary>The router is the identity, experts 0 and 1 multiply by 5 and −2, the ReLU expert gives 0.</summary>
    private static OwnPartsLayer Layer()
    {
        using var quiet = no_grad();
        var layer = OwnPartsLayer.Create(new MoeShape(4, Hidden: 3) { DType = ScalarType.Float64 });
        layer.get_parameter("router.weight")!.copy_(eye(4, dtype: ScalarType.Float64));
        layer.get_parameter("experts.0.0.scale")!.fill_(5);
        layer.get_parameter("experts.0.1.scale")!.fill_(-2);
        layer.get_parameter("experts.1.up")!.zero_();
        return layer;
    }
}
