// What helps with characters that were never seen, of which there is one drawing each? Reptile and first-order MAML learn where a few
// steps of adaptation begin best; pre-training on all characters at once with a new last layer is what they must beat, and the nearest
// centroid of raw pixels what all must. A mixture shows which of its parts are worth adapting: router, experts or both.
using Domains;
using LibMoE;
using LibMoE.Runtime;
using MetaLearning;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
builder.Services.AddDashboard();
builder.Verbs.Add(Verb.Of<GainsVerb>());
StudyWithCriteria.TakePlace(builder.Verbs, GainCriterion.Asked);
builder.AddOptions(
    [
        new VerbOption("--shots", "Omniglot:Shots", "K", "Drawings of each character to adapt to. [default: 1]"),
        new VerbOption("--adapt", "Omniglot:Adapt", "PARTS,…",
            "What is adapted, each measured: all, or router, experts, head, body, joined by +. [default: all]"),
        new VerbOption("--after", "Omniglot:After", "K,…", "After how many steps it is measured. [default: 1,5,20,50]"),
    ],
    new Dictionary<string, string?>
    {
        ["Training:Steps"] = "10",
        ["Training:ValidationSequences"] = "10",
        ["Analysis:Sequences"] = "2",
    });
var omniglot = new Lazy<FewShotData>(Omniglot.Load);
await builder.UseLearner(setup =>
{
    var tasks = Tasks.Of(builder.Configuration);
    return new FewShotLearner(
        setup, omniglot.Value with { Shots = tasks.Shots, TrainShots = tasks.TrainShots, Queries = 10 }, new GlyphNet(setup),
        GlyphNet.Features)
    {
        Steps = tasks.After,
        Adapt = tasks.Adapt,
        Tokens = GlyphNet.Places,
    };
}).Build().RunAsync();

/// <summary>Two of eight experts for each of a drawing's nine places.</summary>
[MoeLayer, Experts<Relu>(8, Hidden = 32), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class GlyphMoe;
