using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>What is minimised on a batch: the task loss beside the balancing terms of the routings.</summary>
/// <param name="Loss">The task loss, a scalar []: the mean over the batch's examples. It carries the gradient.</param>
/// <param name="Routings">What each MoE layer did, in the order of <see cref="Learner.MoeLayers"/>; empty for a dense model. Their
/// <see cref="Routing.AuxiliaryLoss"/> is added to the loss.</param>
public sealed record Objective(Tensor Loss, IReadOnlyList<Routing> Routings)
{
    /// <summary>The logits of C classes behind the loss, [.., C], from which a student can learn; null where there are none.</summary>
    public Tensor? Logits { get; init; }

    /// <summary>What the head makes the logits of, [.., N, D]: N vectors of one example, which a student can be made to resemble; null
    /// where there is none.</summary>
    public Tensor? Hidden { get; init; }
}
