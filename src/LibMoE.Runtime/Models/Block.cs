using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models;

/// <summary>One block, normalised before each part: x += attention(norm(x)), then x += ffn(norm(x)).</summary>
internal sealed class Block : nn.Module
{
    [ComponentName(Name = "attention_norm")]
    private readonly Norm _attentionNorm;

    [ComponentName(Name = "attention")]
    private readonly SelfAttention _attention;

    [ComponentName(Name = "ffn_norm")]
    private readonly Norm _feedForwardNorm;

    [ComponentName(Name = "ffn")]
    private readonly nn.Module _feedForward;

    /// <summary>Makes a block around a mixture, or with a dense FFN where <paramref name="mixture"/> is null.</summary>
    public Block(ModelConfig config, RotaryEmbedding rotary, MoeLayer? mixture, ParameterSource parameters, string prefix)
        : base(nameof(Block))
    {
        _attentionNorm = new Norm(config.Norm, config.NormEpsilon, parameters, prefix + "attention_norm.");
        _attention = SelfAttention.Of(config, rotary, parameters, prefix + "attention.");
        _feedForwardNorm = new Norm(config.Norm, config.NormEpsilon, parameters, prefix + "ffn_norm.");
        _feedForward = mixture is null ? new DenseFeedForward(config.Activation, parameters, prefix + "ffn.") : mixture;
        RegisterComponents();
    }

    /// <summary>Whether the next MoE layer may read this one's logits; one that does not say may.</summary>
    public bool HandsLogitsOn => _feedForward is MoeLayer { Declaration.ReadsPreviousLogits: null or true };

    /// <summary>Runs the block; its output and routing are left in the caller's dispose scope.</summary>
    public (Tensor x_SLD, Routing? Routing) Run(Tensor x_SLD, BlockPlace place, MoeContext context)
    {
        using var scope = NewDisposeScope();
        x_SLD = x_SLD.Plus(_attention.Attend(_attentionNorm.forward(x_SLD), place));
        var normed_SLD = _feedForwardNorm.forward(x_SLD);
        if (_feedForward is DenseFeedForward dense)
        {
            return (x_SLD.Plus(dense.forward(normed_SLD)).MoveToOuterDisposeScope(), null);
        }

        var output = ((MoeLayer)_feedForward).call(normed_SLD, context);
        output.Routing.MoveToOuterDisposeScope();
        return (x_SLD.Plus(output.Hidden).MoveToOuterDisposeScope(), output.Routing);
    }
}

/// <summary>Where a block reads on.</summary>
/// <param name="Block">Which block it is, from 0.</param>
/// <param name="Position">The position of the first token.</param>
/// <param name="Cache">What was read before; null where nothing was, or nothing is to be kept.</param>
/// <param name="Texts">The texts that stand one after the other in the one sequence of the call, each with its own positions and cache;
/// null where a sequence is one text.</param>
internal readonly record struct BlockPlace(int Block, long Position, KeyValueCache? Cache, JoinedTexts? Texts = null);
