// Which area of microsoft.com will a visitor look at next? An autoencoder of visits with a mixture in its middle, against one that stays
// dense, and against popularity, item neighbours and EASE, a linear model with a closed form. With --tasks both: does a second task,
// whether there are more than three, want a gate of its own over the same experts (MMoE, Ma et al. 2018)?
using Domains;
using LibMoE;
using LibMoE.Runtime;
using Recommendation;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
builder.Services.AddDashboard();
builder.AddOptions(
    [
        new VerbOption(
            "--tasks", "Tasks", "TASKS", "What is learned: area, the next ones; both, and whether there are over three. [default: area]"),
    ],
    new Dictionary<string, string?> { ["Training:ValidationSequences"] = "1000", ["Analysis:Sequences"] = "500" });
StudyWithCriteria.TakePlace(
    builder.Verbs, () => HasTwo() ? [new GatesCriterion()] : [new Criterion("rank score.given 2", Bar: null, "item neighbours")]);
var visits = new Lazy<WebVisits>(WebVisits.Load);
await builder.UseLearner(setup => HasTwo() ? new TaskLearner(setup, visits.Value) : new VisitLearner(setup, visits.Value))
    .Build().RunAsync();

bool HasTwo() => builder.Configuration["Tasks"] switch
{
    null or "" or "area" => false,
    "both" => true,
    var other => throw new ConfigurationException($"Tasks is '{other}'; it must be area or both."),
};

[MoeLayer, Experts<Relu>(8, Hidden = 64), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class VisitMoe;

/// <summary>Both tasks read one mixture of all eight experts, which together have as many parameters as two of <see cref="VisitMoe"/>'s.
/// </summary>
[MoeLayer, Experts<Relu>(8, Hidden = 16), SoftmaxGate(TopK = 8)]
public sealed partial class OneGate;

/// <summary>Each task has a gate of its own over the same eight experts.</summary>
[MoeLayer, Experts<Relu>(8, Hidden = 16), SoftmaxGate(TopK = 8)]
public sealed partial class GatePerTask;
