using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>Cross-entropy of the next token, −ln softmax(logits)[target], in nats; computed in float32 or wider.</summary>
internal static class NextTokenLoss
{
    /// <summary>The mean over all tokens, a scalar.</summary>
    public static Tensor Mean(Tensor logits_SLV, Tensor targets_SL) =>
        nn.functional.cross_entropy(Wide(logits_SLV), targets_SL.reshape(-1));

    /// <summary>Per token, [S, L].</summary>
    public static Tensor PerToken(Tensor logits_SLV, Tensor targets_SL) =>
        nn.functional.cross_entropy(Wide(logits_SLV), targets_SL.reshape(-1), reduction: nn.Reduction.None).reshape(targets_SL.shape);

    private static Tensor Wide(Tensor logits_SLV)
    {
        var logits_TV = logits_SLV.flatten(0, 1);
        return logits_TV.dtype == ScalarType.Float64 ? logits_TV : logits_TV.to(ScalarType.Float32);
    }
}
