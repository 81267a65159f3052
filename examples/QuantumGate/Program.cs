// A gate whose scores come from a simulated quantum circuit, beside classical gates of as many parameters, on two moons. No claim of
// speed: simulating a qubit more takes twice the time, and `qubits` shows it.
using Domains;
using LibMoE;
using LibMoE.Runtime;
using QuantumGate;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
builder.Services.AddDashboard();
builder.Verbs.Add(Verb.Of<QubitsVerb>());
StudyWithCriteria.TakePlace(builder.Verbs, new GatesOfEqualSize());
builder.AddOptions([], new Dictionary<string, string?> { ["Training:ValidationSequences"] = "500" });
var moons = Moons.Make();
await builder.UseLearner(setup => new ClassifierLearner(setup, moons, new MoonNet(setup))).Build().RunAsync();

/// <summary>12 numbers in the router: lines between experts.</summary>
[MoeLayer, Experts<Affine>(4), SoftmaxGate(TopK = 2, RouterBias = true), SwitchBalance(0.01)]
public sealed partial class LinearMoe;

/// <summary>20 numbers: two qubits, four layers of two rotations each.</summary>
[MoeLayer, Experts<Affine>(4), CircuitGate(4, TopK = 2), SwitchBalance(0.01)]
public sealed partial class QuantumMoe;

/// <summary>20 numbers: sine and cosine of two projections, of which a circuit's probabilities are polynomials.</summary>
[MoeLayer, Experts<Affine>(4), FourierGate(2, TopK = 2), SwitchBalance(0.01)]
public sealed partial class FourierMoe;

/// <summary>21 numbers: three hidden units.</summary>
[MoeLayer, Experts<Affine>(4), TanhGate(3, TopK = 2), SwitchBalance(0.01)]
public sealed partial class TanhMoe;
