// Where are the cells of a blood smear, and how many? A small net with a mixture over its places says where the middles of cells are,
// against one that stays dense, and against colour alone. Not for clinical use.
using Detection;
using Domains;
using LibMoE;
using LibMoE.Runtime;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
builder.Services.AddDashboard();
builder.AddOptions(
    [
        new VerbOption("--held-out", "Detection:HeldOut", "PART", "What is measured: test, or validation to choose by. [default: test]"),
        new VerbOption("--coco", "Detection:Coco", "FOLDER", "Writes what is there and what each model found there, in COCO's JSON."),
    ],
    new Dictionary<string, string?> { ["Training:ValidationSequences"] = "72" });
builder.Verbs.Add(Verb.Of<ScoreVerb>());
StudyWithCriteria.TakePlace(
    builder.Verbs, new Criterion("count error", 2), new Criterion("AP50.white cell", 0.9), new Criterion("AP50.platelet", 0.4));
var smears = new Lazy<BloodSmears>(() => BloodSmears.Load(builder.Configuration["Detection:HeldOut"]));
await builder.UseLearner(setup => new CellLearner(setup, smears.Value, builder.Configuration["Detection:Coco"])).Build().RunAsync();

[MoeLayer, Experts<Gelu>(8, Hidden = 64), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class CellMoe;
