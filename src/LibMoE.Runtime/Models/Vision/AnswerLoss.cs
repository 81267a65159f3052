using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Cross-entropy of the tokens that a model is to answer with, in nats; questions and images are read and cost nothing.</summary>
public static class AnswerLoss
{
    /// <summary>The label of a token that is in no loss, as PyTorch and LLaVA have it.</summary>
    public const long Ignored = ConversationTokens.Ignored;

    /// <summary>The mean over the labelled tokens of −ln softmax(logits before it)[label], a scalar; 0 where no token is labelled.
    /// Computed in float32 or wider.</summary>
    /// <param name="logits_SLV">What the model predicts after each token, [S, L, V].</param>
    /// <param name="labels_SL">The id of each token that is to be predicted, <see cref="Ignored"/> for the others, int64 [S, L];
    /// the first of a text is in no loss.</param>
    /// <returns>A scalar [], in nats per token.</returns>
    public static Tensor Mean(Tensor logits_SLV, Tensor labels_SL)
    {
        using var scope = NewDisposeScope();
        var labelled = labels_SL.narrow(1, 1, labels_SL.shape[1] - 1).ne(LabelIgnored).sum().AtLeast(1);
        return PerToken(logits_SLV, labels_SL).sum().div(labelled).MoveToOuterDisposeScope();
    }

    /// <summary>The same for each token but the first, [S, L − 1]; 0 where it has no label.</summary>
    /// <param name="logits_SLV">What the model predicts after each token, [S, L, V].</param>
    /// <param name="labels_SL">The labels, int64 [S, L].</param>
    /// <returns>In nats, [S, L − 1].</returns>
    public static Tensor PerToken(Tensor logits_SLV, Tensor labels_SL)
    {
        using var scope = NewDisposeScope();
        var length = labels_SL.shape[1] - 1;
        var logits_TV = logits_SLV.narrow(1, 0, length).flatten(0, 1);
        logits_TV = logits_TV.dtype == ScalarType.Float64 ? logits_TV : logits_TV.to(ScalarType.Float32);
        var labels_T = labels_SL.narrow(1, 1, length).reshape(-1);
        return nn.functional.cross_entropy(logits_TV, labels_T, ignore_index: Ignored, reduction: nn.Reduction.None)
            .reshape(labels_SL.shape[0], length).MoveToOuterDisposeScope();
    }

    private static readonly Scalar LabelIgnored = Ignored.ToScalar();
}
