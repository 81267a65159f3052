// From where does a small model learn a language that it has never seen in ten or fifty steps? From values that Reptile learned of four
// other languages, or from those of a model that was trained on the four together, each fine-tuned at its own best rate?
using Domains;
using Languages;
using LibMoE;
using LibMoE.Runtime;
using static TorchSharp.torch.ScalarType;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
builder.Services.AddDashboard();
builder.AddOptions(
    [
        new VerbOption("--held-out", "Languages:HeldOut", "NAME,…", "At least two languages to adapt to. [default: Portuguese,Swedish]"),
        new VerbOption("--adapt", "Languages:Adapt", "PARTS,…",
            "What is adapted, each measured: all, or router, experts, head, body, joined by +. [default: all]"),
        new VerbOption("--after", "Languages:After", "K,…",
            "After how many steps it is measured; the first ranks variants. [default: 50,10,0]"),
        new VerbOption("--rates", "Languages:Rates", "α,…", "Rates of adaptation to choose from. [default: 0.001,0.003,0.01,0.03]"),
    ],
    new Dictionary<string, string?>
    {
        ["Training:Steps"] = "5",
        ["Training:ValidationSequences"] = "2",
        ["Languages:After"] = "5,0",
        ["Languages:Rates"] = "0.003,0.01",
    });
StudyWithCriteria.TakePlace(
    builder.Verbs,
    () => [.. Choices.Of(builder.Configuration).After.Where(steps => steps > 0).Order().Select(steps => new AheadOfJoint(steps))]);
var genesis = new Lazy<Corpus>(() =>
{
    var texts = Genesis.Texts();
    return Corpus.Mix("Genesis", [.. Genesis.Languages.Select(name => (name, (IEnumerable<Document>)texts[name], 1.0))]);
});
await builder.UseLearner(setup =>
{
    var choices = Choices.Of(builder.Configuration);
    var model = LanguageModel.Create(
        new ModelConfig(), setup.Mixture, setup.Seed, compute: setup.Training.Compute == ComputeType.BFloat16 ? BFloat16 : Float32,
        device: setup.Device, ranks: setup.Ranks);
    return new DomainTaskLearner(setup, genesis.Value, choices.HeldOut, model)
    {
        Steps = choices.After,
        Adapt = choices.Adapt,
        InnerRates = choices.Rates,
    };
}).Build().RunAsync();

/// <summary>Two of eight experts for each byte: as many active parameters as the dense net's FFN of 128, and a router.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 64), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class LanguageMoe;
