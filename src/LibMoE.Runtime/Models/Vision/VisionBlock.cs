using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Vision;

/// <summary>One block, normalised before each part: x += attention(norm(x)), then x += ffn(norm(x)).</summary>
internal sealed class VisionBlock : nn.Module
{
    [ComponentName(Name = "attention_norm")]
    private readonly Norm _attentionNorm;

    [ComponentName(Name = "attention")]
    private readonly VisionAttention _attention;

    [ComponentName(Name = "ffn_norm")]
    private readonly Norm _feedForwardNorm;

    [ComponentName(Name = "ffn")]
    private readonly nn.Module _feedForward;

    /// <summary>Makes a block around a mixture, or with a dense FFN where <paramref name="mixture"/> is null.</summary>
    public VisionBlock(VisionConfig config, MoeLayer? mixture, ParameterSource parameters, string prefix)
        : base(nameof(VisionBlock))
    {
        _attentionNorm = new Norm(NormKind.Layer, config.NormEpsilon, parameters, prefix + "attention_norm.");
        _attention = new VisionAttention(config, parameters, prefix + "attention.");
        _feedForwardNorm = new Norm(NormKind.Layer, config.NormEpsilon, parameters, prefix + "ffn_norm.");
        _feedForward = mixture is null ? new DenseFeedForward(config.Activation, parameters, prefix + "ffn.") : mixture;
        RegisterComponents();
    }

    /// <summary>Runs the block; its output and routing are left in the caller's dispose scope.</summary>
    public (Tensor x_IND, Routing? Routing) Run(Tensor x_IND, MoeContext context)
    {
        using var scope = NewDisposeScope();
        x_IND = x_IND.Plus(_attention.forward(_attentionNorm.forward(x_IND)));
        var normed_IND = _feedForwardNorm.forward(x_IND);
        if (_feedForward is DenseFeedForward dense)
        {
            return (x_IND.Plus(dense.forward(normed_IND)).MoveToOuterDisposeScope(), null);
        }

        var output = ((MoeLayer)_feedForward).call(normed_IND, context);
        output.Routing.MoveToOuterDisposeScope();
        return (x_IND.Plus(output.Hidden).MoveToOuterDisposeScope(), output.Routing);
    }
}
