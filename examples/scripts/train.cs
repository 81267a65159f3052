// Declares two layers and trains them beside a dense model: dotnet run -c Release examples/scripts/train.cs
// Options go after two dashes, such as -- --steps 600 --seeds 3; without any, it takes half a minute. Results: runs/train/.
using LibMoE;
using LibMoE.Runtime;

var builder = MoeApplication.CreateBuilder(args.Length > 0 ? args : ["study", "--quick", "--name", "train"]);
builder.Services.AddMoeVariants();
await builder.Build().RunAsync();

[MoeLayer, Experts<SwiGlu>(8, Hidden = 64), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class Smoe;

[MoeLayer, Experts<SwiGlu>(8, Hidden = 64), SigmoidGate(TopK = 2), BiasBalance(0.001)]
public sealed partial class LossFree;
