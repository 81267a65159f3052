using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Layers;

/// <summary>A gate of a user's own: s = sigmoid(power·l).</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SharpGateAttribute : GateAttribute<SharpRouter>
{
    public override bool? RoutesTokensAlone => true;

    public double Power { get; init; } = 1;
}

public sealed class SharpRouter : nn.Module, IRouter<SharpRouter, SharpGateAttribute>
{
    private readonly Parameter weight;
    private readonly double _power;

    private SharpRouter(RouterPlace place, double power)
        : base(nameof(SharpRouter))
    {
        (weight, _power) = (place.Parameter("weight", 0.02, place.Experts, place.Shape.Dim), power);
        RegisterComponents();
    }

    public static SharpRouter Create(RouterPlace place, SharpGateAttribute options) => new(place, options.Power);

    public RouterScores Route(Tensor x_TD)
    {
        var logits_TE = x_TD.to(weight.dtype).matmul(weight.t()) * _power;
        return new RouterScores(logits_TE, logits_TE.sigmoid());
    }
}

/// <summary>A gate of a user's own that looks at the other tokens of the call: logits around their mean over the call.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CallMeanGateAttribute : GateAttribute<CallMeanRouter>
{
    public override bool? RoutesTokensAlone => false;
}

/// <summary>The same gate by somebody who says the opposite.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WrongGateAttribute : GateAttribute<WrongRouter>
{
    public override bool? RoutesTokensAlone => true;
}

public sealed class CallMeanRouter(RouterPlace place) : CallMeanRouting(place), IRouter<CallMeanRouter, CallMeanGateAttribute>
{
    public static CallMeanRouter Create(RouterPlace place, CallMeanGateAttribute options) => new(place);
}

public sealed class WrongRouter(RouterPlace place) : CallMeanRouting(place), IRouter<WrongRouter, WrongGateAttribute>
{
    public static WrongRouter Create(RouterPlace place, WrongGateAttribute options) => new(place);
}

public abstract class CallMeanRouting : nn.Module
{
    private readonly Parameter weight;

    protected CallMeanRouting(RouterPlace place)
        : base(nameof(CallMeanRouting))
    {
        weight = place.Parameter("weight", 0.02, place.Experts, place.Shape.Dim);
        RegisterComponents();
    }

    public RouterScores Route(Tensor x_TD)
    {
        var logits_TE = x_TD.to(weight.dtype).matmul(weight.t());
        logits_TE = logits_TE - logits_TE.mean([0L], keepdim: true);
        return new RouterScores(logits_TE, logits_TE.sigmoid());
    }
}

/// <summary>An expert of a user's own: tanh(x·U)·D.</summary>
public sealed class Tanh : nn.Module<Tensor, Tensor>, IExpertKind<Tanh>
{
    private readonly Parameter up;
    private readonly Parameter down;

    private Tanh(ExpertPlace place)
        : base(nameof(Tanh))
    {
        up = place.Parameter("up", 0.02, place.Shape.Dim, place.Hidden);
        down = place.Parameter("down", 0.02, place.Hidden, place.Shape.Dim);
        RegisterComponents();
    }

    public static Tanh Create(ExpertPlace place) => new(place);

    public override Tensor forward(Tensor x_ND) => x_ND.matmul(up).tanh().matmul(down);
}

/// <summary>A term of a user's own: the mean squared score of the tokens that count.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SmallScoresAttribute(double coefficient) : BalanceAttribute<SmallScores>(coefficient);

public sealed class SmallScores : IBalanceTerm<SmallScoresAttribute>
{
    public static Tensor Loss(BalanceInputs inputs, SmallScoresAttribute options) => inputs.Tokens.mask_T is { } mask_T
        ? inputs.Scores_TE.index_select(0, mask_T.nonzero().select(1, 0)).square().mean()
        : inputs.Scores_TE.square().mean();
}

/// <summary>The same term by somebody who forgot the mask.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ForgetfulScoresAttribute(double coefficient) : BalanceAttribute<ForgetfulScores>(coefficient);

public sealed class ForgetfulScores : IBalanceTerm<ForgetfulScoresAttribute>
{
    public static Tensor Loss(BalanceInputs inputs, ForgetfulScoresAttribute options) => inputs.Scores_TE.square().mean();
}

[MoeLayer, Experts<Tanh>(4), SharpGate(TopK = 2, Power = 2)]
public sealed partial class OwnGateAndExperts;

[MoeLayer, Experts<Tanh>(3), SoftmaxGate(TopK = 2), SmallScores(0.5), SwitchBalance(0.1)]
public sealed partial class OwnExpertsAndTerm;

[MoeLayer, Experts<Relu>(3), SoftmaxGate(TopK = 2), ForgetfulScores(0.5)]
public sealed partial class OwnForgetfulTerm;

[MoeLayer, Experts<Relu>(4), CallMeanGate(TopK = 2)]
public sealed partial class CallMeanMoe;

[MoeLayer, Experts<Relu>(4), WrongGate(TopK = 2)]
public sealed partial class WrongMoe;
