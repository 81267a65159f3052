// Two mixture-of-experts layers in two declarations, trained beside a dense model of equal active parameters and compared.
//   dotnet run -c Release                the study: every variant and seed, then a table and runs/*/report.html
//   dotnet run -c Release -- --quick     the same in half a minute
//   dotnet run -c Release -- --help      the other verbs
using LibMoE;
using LibMoE.Runtime;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
await builder.Build().RunAsync();

/// <summary>Softmax over the experts' logits.</summary>
[MoeLayer, Experts<SwiGlu>(16, Hidden = 64), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class SoftmaxMoe;

/// <summary>Each expert scored on its own, and balanced by a bias in place of a loss.</summary>
[MoeLayer, Experts<SwiGlu>(16, Hidden = 64), SigmoidGate(TopK = 2), BiasBalance(0.001)]
public sealed partial class SigmoidMoe;
