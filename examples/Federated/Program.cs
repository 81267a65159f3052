// Four hospitals that may not pool their patients: what is a federation worth to each, against its own data alone, and against all data in
// one place? `compare` runs every method in this process; `federate` and `join` do the same over a network, with Flower's protocol. `skew`
// asks the same of ten members with garments of their own kinds.
using Federated;
using LibMoE;
using LibMoE.Runtime;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
builder.Services.AddDashboard();
builder.AddFederation();
builder.Verbs.Insert(0, Verb.Of<CompareVerb>());
builder.Verbs.Add(Verb.Of<SkewVerb>());
builder.AddOptions(
    [new VerbOption("--hospital", "Hospital", "NAME", $"Whose data are here: {Hospitals.Names}. [default: {Hospitals.Default}]")]);
var hospitals = new Lazy<Hospitals>(Hospitals.Load);
await builder.UseLearner(setup => HeartNet.Learner(setup, Hospitals.Of(builder.Configuration["Hospital"], hospitals))).Build().RunAsync();

[MoeLayer, Experts<Relu>(4, Hidden = 16), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class HeartMoe;

/// <summary>The same where each hospital has experts of its own, and all share the router.</summary>
[MoeLayer, Experts<Relu>(4, Hidden = 16), SoftmaxGate(TopK = 2), SwitchBalance(0.01), KeepLocal(LocalParts.Experts)]
public sealed partial class OwnExperts;

/// <summary>The same where all share the experts, and each hospital has a router of its own.</summary>
[MoeLayer, Experts<Relu>(4, Hidden = 16), SoftmaxGate(TopK = 2), SwitchBalance(0.01), KeepLocal(LocalParts.Router)]
public sealed partial class OwnRouter;

/// <summary>Two of four experts for each garment.</summary>
[MoeLayer, Experts<Relu>(4, Hidden = 96), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class GarmentMoe;
