// Looks inside a routing: logits, picks, weights, load and losses of one call. dotnet run -c Release examples/scripts/look.cs
using LibMoE;
using LibMoE.Runtime;
using static TorchSharp.torch;

using var scope = NewDisposeScope();
var layer = Smoe.Create(new MoeShape(Dim: 16) { Seed = 7 });
using var draws = new Generator(1);
var output = layer.forward(randn(6, 16, generator: draws));
var routing = output.Routing;

Console.WriteLine("What the layer computes:");
foreach (var formula in layer.Declaration.Formulas)
{
    Console.WriteLine($"  {formula}");
}

Console.WriteLine("\ntoken  experts  weights");
for (var token = 0; token < 6; token++)
{
    var experts = routing.Experts![token].data<long>().ToArray();
    var weights = routing.Weights[token].data<float>().ToArray().Select(weight => FormattableString.Invariant($"{weight:0.000}"));
    Console.WriteLine($"{token,5}  {string.Join(" ", experts),7}  {string.Join(" ", weights)}");
}

Console.WriteLine($"\npicks of each expert: {string.Join(" ", routing.TokensPerExpert!.data<long>().ToArray())}");
foreach (var (name, loss) in routing.Losses)
{
    Console.WriteLine(FormattableString.Invariant($"{name}: {loss.item<float>():0.0000}"));
}

[MoeLayer, Experts<SwiGlu>(4, Hidden = 32), SoftmaxGate(TopK = 2), SwitchBalance(0.01), RouterZLoss(0.001)]
public sealed partial class Smoe;
