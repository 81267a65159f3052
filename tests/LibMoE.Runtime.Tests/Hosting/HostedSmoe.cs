namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>A small declared layer for programs run by tests.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 16), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class HostedSmoe;
