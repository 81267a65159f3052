namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>The work of <see cref="HostedSmoe"/> in experts half as wide, picked twice as often.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 8), SoftmaxGate(TopK = 4), SwitchBalance(0.01)]
public sealed partial class HostedFine;

/// <summary>Twice that work.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 32), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class HostedWide;

/// <summary>A layer without router weights.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 16), HashGate]
public sealed partial class HostedHash;
