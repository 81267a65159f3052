using static TorchSharp.torch;

namespace LibMoE.Runtime.Layers.Gates;

/// <summary>Means over the tokens that are routed; 0 where there is none.</summary>
internal static class MaskedMeans
{
    /// <summary>Mean of values_T.</summary>
    public static Tensor OverTokens(Tensor values_T, Tensor? mask_T)
    {
        if (mask_T is null)
        {
            return Mean(values_T, 0);
        }

        return (values_T * mask_T.to(values_T.dtype)).sum() / mask_T.sum().clamp_min(Scalars.One);
    }

    /// <summary>Mean over T of values_TE.</summary>
    public static Tensor OverRows(Tensor values_TE, Tensor? mask_T)
    {
        if (mask_T is null)
        {
            return Mean(values_TE, 0);
        }

        return (values_TE * mask_T.to(values_TE.dtype).unsqueeze(-1)).sum(dim: 0) / mask_T.sum().clamp_min(Scalars.One);
    }

    /// <summary>Mean over the T of all ranks of values_TE; each rank has the same.</summary>
    public static Tensor OverRows(Tensor values_TE, Tensor? mask_T, Ranks? ranks)
    {
        if (ranks is null or { Size: 1 })
        {
            return OverRows(values_TE, mask_T);
        }

        var tokens_1 = mask_T is null
            ? TensorMath.Full([1], values_TE.shape[0], values_TE.dtype)
            : mask_T.sum().to(values_TE.dtype).reshape(1);
        var sum_E = mask_T is null ? values_TE.sum(dim: 0) : (values_TE * mask_T.to(values_TE.dtype).unsqueeze(-1)).sum(dim: 0);
        var all_E1 = ranks.SumWithGradient(cat([sum_E, tokens_1]), "a mean over the batch");
        return all_E1.narrow(0, 0, sum_E.shape[0]) / all_E1.narrow(0, sum_E.shape[0], 1).detach().clamp_min(Scalars.One);
    }

    /// <summary>Mean over each sequence's tokens, [S, E] from [S·L, E].</summary>
    public static Tensor OverSequences(Tensor values_TE, Tensor? mask_T, long sequences)
    {
        var length = sequences == 0 ? 0 : values_TE.shape[0] / sequences;
        var values_SLE = values_TE.reshape(sequences, length, values_TE.shape[1]);
        if (mask_T is null)
        {
            return Mean(values_SLE, 1);
        }

        var mask_SL = mask_T.reshape(sequences, length).to(values_TE.dtype);
        return (values_SLE * mask_SL.unsqueeze(-1)).sum(1) / mask_SL.sum(1, keepdim: true).clamp_min(Scalars.One);
    }

    /// <summary>Mean of values_S over the sequences that have a routed token.</summary>
    public static Tensor OfSequences(Tensor values_S, Tensor? mask_T)
    {
        if (mask_T is null)
        {
            return Mean(values_S, 0);
        }

        var sequences = values_S.shape[0];
        var present_S = mask_T.reshape(sequences, sequences == 0 ? 0 : mask_T.numel() / sequences).any(1).to(values_S.dtype);
        return (values_S * present_S).sum() / present_S.sum().clamp_min(Scalars.One);
    }

    /// <summary>libtorch's mean of nothing is NaN.</summary>
    private static Tensor Mean(Tensor values, long dim) => values.shape[dim] == 0 ? values.sum(dim) : values.mean([dim]);
}
