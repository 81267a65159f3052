using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>What a model may pass to a layer besides the tokens. Tensors have x's leading dims, [..] where x is [.., D].</summary>
public sealed class MoeContext
{
    /// <summary>Nothing besides the tokens.</summary>
    public static MoeContext None { get; } = new();

    /// <summary>Token ids, int64 [..]; hash gates use them.</summary>
    public Tensor? TokenIds { get; init; }

    /// <summary>Bool [..]; where false the token is not routed, not counted, in no loss, and its output is 0.</summary>
    public Tensor? Mask { get; init; }

    /// <summary>The logits of the MoE layer before, [.., E]; residual gates add them.</summary>
    public Tensor? PreviousLogits { get; init; }

    /// <summary>The optimiser step, from 0.</summary>
    public long Step { get; init; }

    /// <summary>Whether this call computes an earlier one of the step again, for its gradients: what is remembered of a step's calls, such
    /// as the picks that GlobalBatchBalance counts, has it already.</summary>
    public bool Recomputed { get; init; }

    /// <summary>Whether balancing terms are computed.</summary>
    public bool Losses { get; init; } = true;

    /// <summary>Replaces the picks, between picking and dispatch: replay, perturbations, another K at test time.</summary>
    public Func<Routing, Picks>? Reroute { get; init; }
}
