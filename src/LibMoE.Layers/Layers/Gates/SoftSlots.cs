using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Soft MoE (Puigcerver et al. 2024): P = E·p slots a sequence, each a mixture of the sequence's tokens. Slots of an expert stand together.
/// </summary>
public static class SoftSlots
{
    /// <summary>The combine matrix: softmax over the slots, 0 for masked tokens, [T, P].</summary>
    /// <param name="logits_TP">Router logits of the slots, [T, P].</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <returns>[T, P].</returns>
    public static Tensor Combine(Tensor logits_TP, Tensor? mask_T)
    {
        var weights_TP = logits_TP.softmax(-1);
        return mask_T is null ? weights_TP : weights_TP * mask_T.to(weights_TP.dtype).unsqueeze(-1);
    }

    /// <summary>X̃ = softmax over the sequence's tokens (l)ᵀ·X, as rows in the order of the experts, [E·S·p, D].</summary>
    /// <param name="logits_TP">Router logits of the slots, [T, P].</param>
    /// <param name="tokens">The call's tokens.</param>
    /// <param name="experts">E, how many experts there are.</param>
    /// <returns>[E·S·p, D].</returns>
    public static Tensor Gather(Tensor logits_TP, TokenView tokens, int experts)
    {
        var sequences = tokens.Sequences;
        var (length, slots) = (tokens.Length, logits_TP.shape[1]);
        var logits_SLP = logits_TP.reshape(sequences, length, slots);
        var mask_SL1 = tokens.mask_T?.reshape(sequences, length, 1);
        var dispatch_SLP = mask_SL1 is null
            ? logits_SLP.softmax(1)
            : logits_SLP.masked_fill(mask_SL1.logical_not(), Scalars.NegativeInfinity).softmax(1)
                .masked_fill(mask_SL1.logical_not(), Scalars.Zero);
        var x_SLD = tokens.x_TD.reshape(sequences, length, tokens.x_TD.shape[1]);
        var slots_SPD = dispatch_SLP.transpose(1, 2).to(x_SLD.dtype).matmul(x_SLD);
        return slots_SPD.reshape(sequences, experts, slots / experts, x_SLD.shape[2]).transpose(0, 1).reshape(-1, x_SLD.shape[2]);
    }

    /// <summary>As many rows for each of <paramref name="experts"/> experts.</summary>
    public static long[] Counts(int experts, long perExpert)
    {
        var counts_F = new long[experts];
        Array.Fill(counts_F, perExpert);
        return counts_F;
    }

    /// <summary>y = w·Ỹ for each sequence, [T, D], from the experts' output rows.</summary>
    /// <param name="weights_TP">The combine matrix, [T, P].</param>
    /// <param name="outputs_ND">The experts' output rows, in the order of the experts, [N, D].</param>
    /// <param name="tokens">The call's tokens.</param>
    /// <param name="experts">E, how many experts there are.</param>
    /// <returns>[T, D].</returns>
    public static Tensor Scatter(Tensor weights_TP, Tensor outputs_ND, TokenView tokens, int experts)
    {
        var sequences = tokens.Sequences;
        var width = outputs_ND.shape[1];
        var slots = weights_TP.shape[1];
        var outputs_SPD = outputs_ND.reshape(experts, sequences, slots / experts, width).transpose(0, 1).reshape(sequences, slots, width);
        var weights_SLP = weights_TP.reshape(sequences, tokens.Length, slots).to(outputs_ND.dtype);
        return weights_SLP.matmul(outputs_SPD).reshape(-1, width);
    }
}
