// A gate, an expert kind and a balancing term of your own. The generator checks, describes and calls them as it does its own.
using System.ComponentModel;
using LibMoE;
using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
await builder.Build().RunAsync();

[MoeLayer, Experts<Bilinear>(16, Hidden = 64), DistanceGate(0.5, TopK = 2), Jain(0.01)]
public sealed partial class DistanceMoe;

[Description("l_e = −mean_d (x − c_e)²/Width,  s = softmax(l)")]
public sealed class DistanceGateAttribute(double width) : GateAttribute<DistanceRouter>
{ public double Width => width; public override bool? RoutesTokensAlone => true; }

public sealed class DistanceRouter : nn.Module, IRouter<DistanceRouter, DistanceGateAttribute>
{
    private readonly Parameter centres;
    private readonly double _width;
    private DistanceRouter(RouterPlace place, double width) : base(nameof(DistanceRouter))
    {
        (centres, _width) = (place.Parameter("centres", std: 1, place.Experts, place.Shape.Dim), width);
        RegisterComponents();
    }
    public static DistanceRouter Create(RouterPlace place, DistanceGateAttribute options) => new(place, options.Width);
    public RouterScores Route(Tensor x_TD)
    {
        var logits_TE = (x_TD.to(centres.dtype).unsqueeze(1) - centres).Squared().mean([-1]).Over(-_width);
        return new(logits_TE, logits_TE.softmax(-1));
    }
}

[Description("f_e(x) = (x·G_e ⊙ x·U_e)·D_e")]
public sealed class Bilinear : nn.Module<Tensor, Tensor>, IExpertKind<Bilinear>
{
    private readonly Parameter gate, up, down;
    private Bilinear(ExpertPlace place) : base(nameof(Bilinear))
    {
        var (d, h) = (place.Shape.Dim, place.Hidden);
        (gate, up, down) = (place.Parameter("gate", 0.1, d, h), place.Parameter("up", 0.1, d, h), place.Parameter("down", 0.1, h, d));
        RegisterComponents();
    }

    public static Bilinear Create(ExpertPlace place) => new(place);
    public override Tensor forward(Tensor x_ND) => (x_ND.matmul(gate) * x_ND.matmul(up)).matmul(down);
}

[Description("1 − (Σ_e P_e)²/(E·Σ_e P_e²),  P = mean_t s")]
public sealed class JainAttribute(double coefficient) : BalanceAttribute<JainAttribute>(coefficient), IBalanceTerm<JainAttribute>
{
    public static Tensor Loss(BalanceInputs inputs, JainAttribute options)
    {
        var p_E = inputs.MeanOverTokens(inputs.Scores_TE);
        return (p_E.mean().Squared() / p_E.Squared().mean()).OneMinus();
    }
}
