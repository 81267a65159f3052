// Five mixture-of-experts layers in five declarations. The compiler checks them and writes a TorchSharp module for each; the host
// trains them and a dense baseline of equal active parameters on the same text, and compares them.
using LibMoE;
using LibMoE.Runtime;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
builder.Services.AddDashboard();
builder.Services.AddServing();
await builder.Build().RunAsync();

/// <summary>Softmax over the experts' logits.</summary>
[MoeLayer, Experts<SwiGlu>(16, Hidden = 64), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class Smoe;

/// <summary>Each expert scored on its own, by a sigmoid.</summary>
[MoeLayer, Experts<SwiGlu>(16, Hidden = 64), SigmoidGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class SigmoidMoe;

/// <summary>The angle between token and expert, not their lengths.</summary>
[MoeLayer, Experts<SwiGlu>(16, Hidden = 64), CosineGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class CosineMoe;

/// <summary>The same angle, with noise added to the lengths so that it stays well-behaved near zero.</summary>
[MoeLayer, Experts<SwiGlu>(16, Hidden = 64), PerturbedCosineGate(TopK = 2, Noise = 0.1), SwitchBalance(0.01)]
public sealed partial class PerturbedCosineMoe;

/// <summary>A router whose weights a frozen hyper-network makes from a learned embedding;
/// narrower experts pay for its parameters.</summary>
[MoeLayer, Experts<SwiGlu>(16, Hidden = 56), HyperGate(12, TopK = 2), SwitchBalance(0.01)]
public sealed partial class HyperMoe;
