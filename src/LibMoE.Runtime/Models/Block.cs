using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models;

/// <summary>One block: x += ρ·attention(norm(x)), then x += ρ·ffn(norm(x)), ρ the <see cref="ModelConfig.ResidualScale"/>; norms stand
/// where <see cref="ModelConfig.NormPlacement"/> says.</summary>
internal sealed class Block : nn.Module
{
    private readonly double? _residualScale;

    [ComponentName(Name = "attention_norm")]
    private readonly Norm? _attentionNorm;

    [ComponentName(Name = "attention")]
    private readonly SelfAttention _attention;

    [ComponentName(Name = "attention_after_norm")]
    private readonly Norm? _attentionAfterNorm;

    [ComponentName(Name = "ffn_norm")]
    private readonly Norm? _feedForwardNorm;

    [ComponentName(Name = "ffn")]
    private readonly nn.Module _feedForward;

    [ComponentName(Name = "ffn_after_norm")]
    private readonly Norm? _feedForwardAfterNorm;

    /// <summary>Makes a block around a mixture, or with a dense FFN where <paramref name="mixture"/> is null.</summary>
    public Block(ModelConfig config, int block, RotaryEmbedding rotary, MoeLayer? mixture, ParameterSource parameters)
        : base(nameof(Block))
    {
        var prefix = $"blocks.{block}.";
        var (before, after) = (config.NormPlacement != NormPlacement.After, config.NormPlacement != NormPlacement.Before);
        _residualScale = config.ResidualScale;
        _attentionNorm = Made(before, "attention_norm.");
        _attention = SelfAttention.Of(config, block, rotary, parameters, prefix + "attention.");
        _attentionAfterNorm = Made(after, "attention_after_norm.");
        _feedForwardNorm = Made(before, "ffn_norm.");
        _feedForwardAfterNorm = Made(after, "ffn_after_norm.");
        _feedForward = mixture is null ? new DenseFeedForward(config.Activation, parameters, prefix + "ffn.") : mixture;
        RegisterComponents();

        Norm? Made(bool there, string name) =>
            there ? new Norm(config.Norm, config.NormEpsilon, parameters, prefix + name, config.NormUnitOffset) : null;
    }

    /// <summary>Whether the next MoE layer may read this one's logits; one that does not say may.</summary>
    public bool HandsLogitsOn => _feedForward is MoeLayer { Declaration.ReadsPreviousLogits: null or true };

    /// <summary>Runs the block; its output and routing are left in the caller's dispose scope.</summary>
    public (Tensor x_SLD, Routing? Routing) Run(Tensor x_SLD, BlockPlace place, MoeContext context)
    {
        using var scope = NewDisposeScope();
        x_SLD = Sum(x_SLD, _attention.Attend(Normed(_attentionNorm, x_SLD), place), _attentionAfterNorm);
        var normed_SLD = Normed(_feedForwardNorm, x_SLD);
        if (_feedForward is DenseFeedForward dense)
        {
            return (Sum(x_SLD, dense.forward(normed_SLD), _feedForwardAfterNorm).MoveToOuterDisposeScope(), null);
        }

        var output = ((MoeLayer)_feedForward).call(normed_SLD, context);
        output.Routing.MoveToOuterDisposeScope();
        return (Sum(x_SLD, output.Hidden, _feedForwardAfterNorm).MoveToOuterDisposeScope(), output.Routing);
    }

    private static Tensor Normed(Norm? norm, Tensor x_SLD) => norm is null ? x_SLD : norm.forward(x_SLD);

    private Tensor Sum(Tensor x_SLD, Tensor part_SLD, Norm? norm)
    {
        part_SLD = Normed(norm, part_SLD);
        return x_SLD.Plus(_residualScale is { } scale ? part_SLD.Times(scale) : part_SLD);
    }
}

/// <summary>Where a block reads on.</summary>
/// <param name="Block">Which block it is, from 0.</param>
/// <param name="Position">The position of the first token.</param>
/// <param name="Cache">What was read before; null where nothing was, or nothing is to be kept.</param>
/// <param name="Texts">The texts that stand one after the other in the one sequence of the call, each with its own positions and cache;
/// null where a sequence is one text.</param>
internal readonly record struct BlockPlace(int Block, long Position, KeyValueCache? Cache, JoinedTexts? Texts = null);
