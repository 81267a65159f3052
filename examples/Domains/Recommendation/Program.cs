// Which area of microsoft.com will a visitor look at next? An autoencoder of visits with a mixture in its middle, against one that stays
// dense, and against popularity, item neighbours and EASE, a linear model with a closed form.
using Domains;
using LibMoE;
using LibMoE.Runtime;
using Recommendation;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
builder.Services.AddDashboard();
builder.AddOptions([], new Dictionary<string, string?> { ["Training:ValidationSequences"] = "1000", ["Analysis:Sequences"] = "500" });
StudyWithCriteria.TakePlace(builder.Verbs, new Criterion("rank score.given 2", Bar: null, "item neighbours"));
var visits = new Lazy<WebVisits>(WebVisits.Load);
await builder.UseLearner(setup => new VisitLearner(setup, visits.Value)).Build().RunAsync();

[MoeLayer, Experts<Relu>(8, Hidden = 64), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class VisitMoe;
