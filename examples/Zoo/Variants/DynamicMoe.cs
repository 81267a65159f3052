namespace Zoo;

/// <summary>
/// Dynamic routing (Huang et al. 2024, arXiv:2403.07652): as many of 16 experts as it takes for their scores to sum to 0.4.
/// </summary>
/// <remarks>Departs: nothing in the layer; the public code keeps experts while the sum is at most p, one fewer.</remarks>
[MoeLayer, Experts<SwiGlu>(16), TopPGate(0.4, Entropy = 0.0001), SwitchBalance(0.01)]
public sealed partial class DynamicMoe;
