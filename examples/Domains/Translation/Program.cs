// English for Swedish, Dutch and Indonesian sentences: one transformer of encoder and decoder for all three, with mixtures in both, against
// one that stays dense, and against the source itself, the nearest sentence that is known, and word by word.
using Domains;
using LibMoE;
using LibMoE.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Translation;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
builder.Services.AddDashboard();
builder.AddOptions([], new Dictionary<string, string?>
{
    ["Training:Steps"] = "20",
    ["Training:Batch"] = "32",
    ["Training:ValidationSequences"] = "48",
    ["Analysis:Sequences"] = "24",
});
StudyWithCriteria.TakePlace(
    builder.Verbs,
    new Criterion("source gain", 1),
    new MostOf(2, [.. SentencePair.Languages.Select(language => new Criterion($"chrF.{language}", Bar: null, SimpleMethods.WordByWord))]));
var data = new Lazy<TranslationData>(TranslationData.Load);
builder.Services.AddSingleton(data);
builder.Verbs.Add(Verb.Of<ExpertsVerb>());
await builder.UseLearner(setup => new TranslationLearner(setup, data.Value)).Build().RunAsync();

[MoeLayer, Experts<SwiGlu>(8, Hidden = 128), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class TranslationMoe;
