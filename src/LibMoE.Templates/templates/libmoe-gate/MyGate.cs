using System.ComponentModel;
using LibMoE;
using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

/// <summary>Tokens go to the experts whose centres lie nearest: l_e = −mean_d (x − c_e)²/width, s = softmax(l).</summary>
/// <param name="width">How fast a score falls with the distance; above 0.</param>
[Description("l_e = −mean_d (x − c_e)²/width,  s = softmax(l)")]
public sealed class MyGateAttribute(double width) : GateAttribute<MyRouter>
{
    public double Width => width;

    /// <summary>A token's scores follow from that token alone; a gate that looks at other tokens of the call says false.</summary>
    public override bool? RoutesTokensAlone => true;
}

/// <summary>Makes logits and scores; the layer picks, weighs, dispatches and balances.</summary>
public sealed class MyRouter : nn.Module, IRouter<MyRouter, MyGateAttribute>
{
    private readonly Parameter centres;
    private readonly double _width;

    private MyRouter(RouterPlace place, double width) : base(nameof(MyRouter))
    {
        (centres, _width) = (place.Parameter("centres", std: 1, place.Experts, place.Shape.Dim), width);
        RegisterComponents();
    }

    public static MyRouter Create(RouterPlace place, MyGateAttribute options) => new(place, options.Width);

    public RouterScores Route(Tensor x_TD)
    {
        var logits_TE = (x_TD.to(centres.dtype).unsqueeze(1) - centres).pow(2).mean([-1]) / -_width;
        return new(logits_TE, logits_TE.softmax(-1));
    }
}

[MoeLayer, Experts<SwiGlu>(8, Hidden = 32), MyGate(0.5, TopK = 2), SwitchBalance(0.01)]
public sealed partial class MyMoe;
