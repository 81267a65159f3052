using System.ComponentModel;
using LibMoE;
using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Speech;

/// <summary>A softmax gate that sees a frame beside the mean of its utterance: who speaks, and how noisy it is.</summary>
[Description("l = W·x + V·mean_frames x,  s = softmax(l)")]
public sealed class UtteranceGateAttribute(int frames) : GateAttribute<UtteranceRouter>
{
    public int Frames => frames;

    public override bool? RoutesTokensAlone => false;
}

public sealed class UtteranceRouter : nn.Module, IRouter<UtteranceRouter, UtteranceGateAttribute>
{
    private readonly Parameter weight, utterance;
    private readonly int _frames;

    private UtteranceRouter(RouterPlace place, int frames)
        : base(nameof(UtteranceRouter))
    {
        weight = place.Parameter("weight", 0.02, place.Experts, place.Shape.Dim);
        utterance = place.Parameter("utterance", 0.02, place.Experts, place.Shape.Dim);
        _frames = frames;
        RegisterComponents();
    }

    public static UtteranceRouter Create(RouterPlace place, UtteranceGateAttribute options) => new(place, options.Frames);

    public RouterScores Route(Tensor x_TD)
    {
        var x32_TD = x_TD.to(weight.dtype);
        var mean_ND = x32_TD.reshape(-1, _frames, x32_TD.shape[1]).mean([1]);
        var logits_TE = x32_TD.matmul(weight.t()).Plus(mean_ND.matmul(utterance.t()).repeat_interleave(_frames, 0));
        return new(logits_TE, logits_TE.softmax(-1));
    }
}
