namespace Zoo;

/// <summary>
/// Soft MoE (Puigcerver et al. 2024, arXiv:2308.00951): 128 experts, one slot each, every slot a mixture of all tokens of its sequence.
/// </summary>
/// <remarks>
/// Departs: tokens and slot parameters are not normalised (the paper's section 2.3 does it for wide models). Not for causal models.
/// </remarks>
[MoeLayer, Experts<Gelu>(128), SoftSlotsGate(1)]
public sealed partial class SoftMoe;
