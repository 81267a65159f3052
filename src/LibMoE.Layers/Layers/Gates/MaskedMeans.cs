using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Means over the tokens that are routed.</summary>
internal static class MaskedMeans
{
    /// <summary>Mean of values_T.</summary>
    public static Tensor OverTokens(Tensor values_T, Tensor? mask_T)
    {
        if (mask_T is null)
        {
            return values_T.mean();
        }

        return (values_T * mask_T.to(values_T.dtype)).sum() / mask_T.sum().clamp_min(Scalars.One);
    }

    /// <summary>Mean over T of values_TE.</summary>
    public static Tensor OverRows(Tensor values_TE, Tensor? mask_T)
    {
        if (mask_T is null)
        {
            return values_TE.mean([0]);
        }

        return (values_TE * mask_T.to(values_TE.dtype).unsqueeze(-1)).sum(dim: 0) / mask_T.sum().clamp_min(Scalars.One);
    }

    /// <summary>Mean over each sequence's tokens, [S, E] from [S·L, E].</summary>
    public static Tensor OverSequences(Tensor values_TE, Tensor? mask_T, long sequences)
    {
        var values_SLE = values_TE.reshape(sequences, -1, values_TE.shape[1]);
        if (mask_T is null)
        {
            return values_SLE.mean([1]);
        }

        var mask_SL = mask_T.reshape(sequences, -1).to(values_TE.dtype);
        return (values_SLE * mask_SL.unsqueeze(-1)).sum(1) / mask_SL.sum(1, keepdim: true).clamp_min(Scalars.One);
    }

    /// <summary>Mean of values_S over the sequences that have a routed token.</summary>
    public static Tensor OfSequences(Tensor values_S, Tensor? mask_T)
    {
        if (mask_T is null)
        {
            return values_S.mean();
        }

        var present_S = mask_T.reshape(values_S.shape[0], -1).any(1).to(values_S.dtype);
        return (values_S * present_S).sum() / present_S.sum().clamp_min(Scalars.One);
    }
}
