// Tables of people: who earns much, whose tumour is malignant, whose heart is ill. Mixtures against a dense net and logistic regression.
using Domains;
using LibMoE;
using LibMoE.Runtime;
using Tabular;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
builder.Services.AddDashboard();
builder.Verbs.Add(Verb.Of<ExpertsVerb>());
builder.AddOptions(
    [new VerbOption("--table", "Table", "NAME", $"What is learned: {Tables.Names}. [default: {Tables.Default}]")],
    new Dictionary<string, string?> { ["Training:ValidationSequences"] = "2000", ["Analysis:Perturbations"] = "false" });
StudyWithCriteria.TakePlace(builder.Verbs, () => Tables.Criteria(builder.Configuration["Table"]));
var table = new Lazy<ClassifierData>(() => Tables.Load(builder.Configuration["Table"]));
await builder.UseLearner(setup => new ClassifierLearner(setup, table.Value, new TableNet(setup, table.Value))).Build().RunAsync();

[MoeLayer, Experts<Relu>(8, Hidden = 32), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class Smoe;
