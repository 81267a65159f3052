namespace Zoo;

/// <summary>
/// DynMoE (Guo et al. 2024, arXiv:2405.14297): every expert whose score is above its own learned threshold, all with the same weight.
/// </summary>
/// <remarks>Departs: experts are neither added nor removed in training; SwitchBalance stands for the paper's losses.</remarks>
[MoeLayer, Experts<SwiGlu>(8), ThresholdGate, SwitchBalance(0.01)]
public sealed partial class DynMoe;
