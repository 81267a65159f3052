using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// What a layer remembers of the calls of one optimiser step, for terms that look beyond a micro-batch. It is in no state dict: between two
/// steps, where checkpoints are written, there is nothing to remember. Only calls in training mode are remembered, picks only of those that
/// compute balancing terms (<see cref="MoeContext.Losses"/>), and a call that computes an earlier one again
/// (<see cref="MoeContext.Recomputed"/>) is not remembered twice. Where several ranks compute a step, each remembers its own calls, and
/// what is asked for is summed over them.
/// </summary>
/// <param name="ranks">The processes that compute a step together; null is one.</param>
public sealed class StepMemory(Ranks? ranks = null)
{
    private readonly Ranks _ranks = ranks ?? Ranks.One;
    private Tensor? _picks_E;
    private Tensor? _quantiles_E;
    private int _calls;

    /// <summary>The picks per expert of the step's calls on all ranks, this one included: int64 [E]. In evaluation those of this
    /// call.</summary>
    /// <param name="counts_E">The picks of this call, int64 [E].</param>
    /// <param name="training">Whether the layer is in training mode.</param>
    /// <param name="context">The call's context.</param>
    /// <returns>int64 [E].</returns>
    public Tensor Picks(Tensor counts_E, bool training, MoeContext context)
    {
        if (!training)
        {
            return counts_E;
        }

        if (context.Recomputed && _picks_E is null)
        {
            return BalanceTerms.OverRanks(counts_E, _ranks);
        }

        if (!context.Recomputed)
        {
            Add(ref _picks_E, counts_E);
        }

        return BalanceTerms.OverRanks(_picks_E!, _ranks);
    }

    /// <summary>Remembers what <see cref="LossFree.Quantiles"/> makes of a call's logits.</summary>
    /// <param name="logits_TE">l, [T, E].</param>
    /// <param name="bias_E">b, [E].</param>
    /// <param name="k">K.</param>
    /// <param name="tokens">The call's tokens.</param>
    /// <param name="training">Whether the layer is in training mode.</param>
    /// <param name="context">The call's context.</param>
    public void Observe(Tensor logits_TE, Tensor bias_E, int k, TokenView tokens, bool training, MoeContext context)
    {
        if (!training || context.Recomputed)
        {
            return;
        }

        using var scope = NewDisposeScope();
        if (LossFree.Quantiles(logits_TE, bias_E, k, tokens.mask_T) is { } quantiles_E)
        {
            Add(ref _quantiles_E, quantiles_E);
            _calls++;
        }
    }

    /// <summary>The mean of what was observed on all ranks.</summary>
    /// <param name="like_E">Gives the number of slots where nothing was observed here, but may have been on other ranks; [E].</param>
    /// <returns>[E]; null where nothing was observed.</returns>
    public Tensor? MeanQuantiles(Tensor like_E)
    {
        if (_ranks.Size == 1)
        {
            return _quantiles_E?.Over(_calls);
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var own_E = (_quantiles_E ?? zeros_like(like_E)).to(ScalarType.Float64);
        var all_E1 = cat([own_E, tensor(new double[] { _calls })]).contiguous();
        _ranks.Sum(all_E1, "quantiles of a step");
        var calls = all_E1[own_E.shape[0]].item<double>();
        return calls == 0 ? null : all_E1.narrow(0, 0, own_E.shape[0]).Over(calls).to(like_E.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Forgets, as every optimiser step does.</summary>
    public void Clear()
    {
        _picks_E?.Dispose();
        _quantiles_E?.Dispose();
        (_picks_E, _quantiles_E, _calls) = (null, null, 0);
    }

    /// <summary>The sum belongs to this object, not to the call's dispose scope.</summary>
    private static void Add(ref Tensor? sum, Tensor values)
    {
        using var quiet = no_grad();
        var next = sum is null ? values.detach().clone() : sum.Plus(values);
        sum?.Dispose();
        sum = next.DetachFromDisposeScope();
    }
}
