using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Loss-free balancing (Wang et al. 2024; DeepSeek-V3).</summary>
public static class LossFree
{
    /// <summary>s + b: what picks are made by; weights are made of s alone.</summary>
    /// <param name="scores_TE">Router scores, [T, E].</param>
    /// <param name="bias_E">b, [E].</param>
    /// <returns>[T, E].</returns>
    public static Tensor Selection(Tensor scores_TE, Tensor bias_E) => scores_TE.Plus(bias_E);

    /// <summary>b_e += rate·sign(mean n − n_e), or rate·(mean n − n_e)/Σn, in place.</summary>
    /// <param name="bias_E">b, [E].</param>
    /// <param name="picks_E">n: the step's picks per expert, [E].</param>
    /// <param name="rate">The step of the bias.</param>
    /// <param name="proportional">Whether the difference itself counts, as share of all picks, and not only its sign.</param>
    /// <param name="centered">Whether the mean of the changes is taken from each of them.</param>
    /// <param name="slots">How many slots, from the first on, take part: their mean, and their biases; null: all.</param>
    /// <param name="steps_1">Counts the updates, [1]; null: nothing is counted.</param>
    /// <param name="freezeAfter">After how many counted updates b stays as it is; 0: never.</param>
    public static void Update(
        Tensor bias_E, Tensor picks_E, double rate, bool proportional = false, bool centered = false, int? slots = null,
        Tensor? steps_1 = null, int freezeAfter = 0)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        if (!Counts(steps_1, freezeAfter))
        {
            return;
        }

        var all_E = picks_E.to(bias_E.dtype, bias_E.device);
        var counts_E = all_E.narrow(0, 0, slots ?? all_E.shape[0]);
        var missing_E = counts_E.mean() - counts_E;
        var change_E = proportional ? missing_E / all_E.sum().clamp_min(Scalars.One) : missing_E.sign();
        change_E = change_E.Times(rate);
        bias_E.narrow(0, 0, counts_E.shape[0]).add_(centered ? change_E - change_E.mean() : change_E, Scalars.One);
    }

    /// <summary>b += rate·(−β − b), β the step's mean quantiles; then b minus its mean, in place. Nothing where no token was
    /// routed.</summary>
    /// <param name="bias_E">b, [E].</param>
    /// <param name="memory">What the step's calls observed.</param>
    /// <param name="rate">How much of the way b goes, at most 1.</param>
    /// <param name="steps_1">Counts the updates, [1]; null: nothing is counted.</param>
    /// <param name="freezeAfter">After how many counted updates b stays as it is; 0: never.</param>
    public static void Follow(Tensor bias_E, StepMemory memory, double rate, Tensor? steps_1 = null, int freezeAfter = 0)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        if (!Counts(steps_1, freezeAfter) || memory.MeanQuantiles(bias_E) is not { } quantiles_E)
        {
            return;
        }

        var next_E = bias_E - (quantiles_E.to(bias_E.dtype).Plus(bias_E)).Times(rate);
        bias_E.copy_(next_E - next_E.mean());
    }

    /// <summary>
    /// β_e = the (T·K/E + 1)-th largest over tokens of l_e − α, α_t the (K + 1)-th largest of l_t + b: had b been −β against these α, every
    /// expert would have T·K/E tokens above its threshold. A T·K/E that is no whole number is rounded down.
    /// </summary>
    /// <param name="logits_TE">l, [T, E].</param>
    /// <param name="bias_E">b, [E].</param>
    /// <param name="k">K, below E.</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <returns>[E]; null where no token is routed.</returns>
    public static Tensor? Quantiles(Tensor logits_TE, Tensor bias_E, int k, Tensor? mask_T)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var routed_TE = logits_TE.detach();
        routed_TE = mask_T is null ? routed_TE : routed_TE.index_select(0, mask_T.nonzero().select(1, 0));
        if (routed_TE.shape[0] == 0)
        {
            return null;
        }

        var threshold_T1 = routed_TE.Plus(bias_E).topk(k + 1, dim: 1).values.narrow(1, k, 1);
        var rank = routed_TE.shape[0] * k / routed_TE.shape[1];
        var sorted_TE = (routed_TE - threshold_T1).sort(0, descending: true).Values;
        return sorted_TE.select(0, rank).MoveToOuterDisposeScope();
    }

    /// <summary>Counts an update; false, and nothing counted, after the last one. The count is at most 2²⁴, which float32 holds.</summary>
    private static bool Counts(Tensor? steps_1, int freezeAfter)
    {
        if (steps_1 is null || freezeAfter == 0)
        {
            return true;
        }

        if (steps_1.to(ScalarType.Float64).item<double>() >= freezeAfter)
        {
            return false;
        }

        steps_1.add_(Scalars.One, Scalars.One);
        return true;
    }
}
