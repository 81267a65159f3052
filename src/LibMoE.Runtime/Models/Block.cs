using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>One block, normalised before each part: x += attention(norm(x)), then x += ffn(norm(x)).</summary>
internal sealed class Block : nn.Module
{
    private readonly Norm _attentionNorm;
    private readonly CausalAttention _attention;
    private readonly Norm _feedForwardNorm;
    private readonly DenseFeedForward? _dense;

    /// <summary>Makes a block around a mixture, or with a dense FFN where <paramref name="mixture"/> is null.</summary>
    public Block(ModelConfig config, RotaryEmbedding rotary, MoeLayer? mixture, ParameterSource parameters, string prefix)
        : base(nameof(Block))
    {
        register_module("attention_norm", _attentionNorm = new Norm(config.Norm, config.NormEpsilon, parameters, prefix + "attention_norm."));
        register_module("attention", _attention = new CausalAttention(config, rotary, parameters, prefix + "attention."));
        register_module("ffn_norm", _feedForwardNorm = new Norm(config.Norm, config.NormEpsilon, parameters, prefix + "ffn_norm."));
        Mixture = mixture;
        if (mixture is not null)
        {
            register_module("ffn", mixture);
        }
        else
        {
            register_module("ffn", _dense = new DenseFeedForward(config, parameters, prefix + "ffn."));
        }
    }

    /// <summary>The mixture; null in a dense block.</summary>
    public MoeLayer? Mixture { get; }

    /// <summary>Runs the block; its output and routing are left in the caller's dispose scope.</summary>
    public (Tensor x_SLD, Routing? Routing) Run(Tensor x_SLD, long position, MoeContext context)
    {
        using var scope = NewDisposeScope();
        x_SLD = x_SLD + _attention.Attend(_attentionNorm.forward(x_SLD), position);
        var normed_SLD = _feedForwardNorm.forward(x_SLD);
        if (Mixture is null)
        {
            return ((x_SLD + _dense!.forward(normed_SLD)).MoveToOuterDisposeScope(), null);
        }

        var output = Mixture.forward(normed_SLD, context);
        output.Routing.MoveToOuterDisposeScope();
        return ((x_SLD + output.Hidden).MoveToOuterDisposeScope(), output.Routing);
    }
}
