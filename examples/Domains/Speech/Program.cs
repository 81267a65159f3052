// Spoken digits of six speakers with four accents: in noise, and of a speaker who was not heard before. Mixtures over the frames of an
// utterance, one of which routes by the whole utterance too (SpeechMoE2, You et al. 2022), against a dense net and nearest neighbours.
using Domains;
using LibMoE;
using LibMoE.Runtime;
using Speech;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
builder.Services.AddDashboard();
builder.AddOptions(
    [
        new VerbOption("--snr", "Speech:Noise", "SNR,…", "Signal-to-noise ratios in dB of copies to learn from. [default: none]"),
        new VerbOption("--speaker", "Speech:Speaker", "NAME", "Who is held out; without, the official test takes of all. [default: none]"),
        new VerbOption("--groups", "Speech:Groups", "NAME",
            $"What the report shows experts by: {SpokenDigits.ByNoise}, or {SpokenDigits.BySpeaker} in clean speech. [default: noise]"),
    ],
    new Dictionary<string, string?> { ["Training:ValidationSequences"] = "1500", ["Analysis:Sequences"] = "200" });
StudyWithCriteria.TakePlace(builder.Verbs, () => Asked(Setting("Noise"), Setting("Speaker"), Setting("Groups")));
builder.Verbs.Add(Verb.Of<ExpertsVerb>());
builder.Verbs.Add(Verb.Of<SpeakersVerb>());
var digits = new Lazy<ClassifierData>(() => SpokenDigits.Load(Setting("Noise"), Setting("Speaker"), Setting("Groups")));
await builder.UseLearner(setup => new ClassifierLearner(setup, digits.Value, new FrameNet(setup)) { Tokens = FrameNet.Frames })
    .Build().RunAsync();

string Setting(string name) => builder.Configuration[$"Speech:{name}"] ?? "";

// In noise as loud as the voice, of all speakers: what learns in noise understands three of four digits, what learns clean not half.
static IReadOnlyList<ICriterion> Asked(string noise, string speaker, string groups) => (noise, speaker, groups) switch
{
    (_, { Length: > 0 }, _) or (_, _, SpokenDigits.BySpeaker) => [],
    ("", _, _) => [new Criterion("accuracy.0 dB", 0.45) { IsCeiling = true }],
    _ => [new Criterion("accuracy.0 dB", 0.74)],
};

[MoeLayer, Experts<Relu>(8, Hidden = 64), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class FrameMoe;

[MoeLayer, Experts<Relu>(8, Hidden = 64), UtteranceGate(FrameNet.Frames, TopK = 2), SwitchBalance(0.01)]
public sealed partial class UtteranceMoe;
