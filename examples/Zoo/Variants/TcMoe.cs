namespace Zoo;

/// <summary>
/// TC-MoE (Yan et al. 2025, ICLR): each of eight experts with sign +1 or −1, two null slots, and a reward for using them.
/// </summary>
/// <remarks>Departs: the reward 1e-5 is LibMoE's default; the authors' released model was trained without one.</remarks>
[MoeLayer, Experts<SwiGlu>(8), TernaryGate(TopK = 2, Reward = 1e-5), SwitchBalance(0.01)]
public sealed partial class TcMoe;
