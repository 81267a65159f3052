// Which search finds a good declaration in the fewest trainings? `search` looks for one; `study` trains every member of the family at every
// rate, and `replay` repeats every strategy of `search` on its results.
using LibMoE;
using LibMoE.Runtime;
using Search;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
builder.Services.AddDashboard();
builder.Verbs.Add(Verb.Of<ReplayVerb>());
builder.Verbs.Add(Verb.Of<FrontsVerb>());
builder.AddOptions([], new Dictionary<string, string?> { ["Training:Steps"] = "4", ["Study:Grid:Training:LearningRate"] = "0.003" });
var digits = new Lazy<ClassifierData>(Digits.Load);
await builder.UseLearner(setup => new ClassifierLearner(setup, digits.Value, new DigitNet(setup))).Build().RunAsync();

#pragma warning disable MOE101 // That a single normalised pick teaches the router nothing is for the search to find.
/// <summary>The genome: experts, picks, width, and the coefficient of the balancing term. The compiler checks each member; the class itself
/// is one of them.</summary>
[MoeLayer, Experts<Relu>(4, Hidden = 4), SoftmaxGate(TopK = 1), SwitchBalance(0.0)]
[Vary("Count", 4, 16), Vary(nameof(SoftmaxGateAttribute.TopK), 1, 2, 4), Vary("Hidden", 4, 16)]
[Vary(nameof(SwitchBalanceAttribute.Coefficient), 0.0, 0.03)]
public sealed partial class Genome;
