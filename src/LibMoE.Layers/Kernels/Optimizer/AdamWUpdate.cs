using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>One parameter and what <see cref="FusedAdamW"/> keeps of it.</summary>
/// <param name="Parameter">θ, of any shape [..]; changed in place.</param>
/// <param name="Gradient">g, of θ's shape [..] and type.</param>
/// <param name="Mean">m, the decayed mean of g, [..] as θ; changed in place.</param>
/// <param name="Square">v, the decayed mean of g², [..] as θ; changed in place.</param>
/// <param name="Step">t: which update of this parameter it is, from 1.</param>
/// <param name="Decay">λ, the weight decay.</param>
public readonly record struct AdamWUpdate(Tensor Parameter, Tensor Gradient, Tensor Mean, Tensor Square, long Step, double Decay);
