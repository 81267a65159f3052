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
    ],
    new Dictionary<string, string?> { ["Training:ValidationSequences"] = "1500", ["Analysis:Sequences"] = "200" });
StudyWithCriteria.TakePlace(
    builder.Verbs, () => builder.Configuration["Speech:Noise"] is { Length: > 0 } ? [new Criterion("accuracy.0 dB", 0.74)] : []);
var digits = new Lazy<ClassifierData>(() =>
    SpokenDigits.Load(builder.Configuration["Speech:Noise"] ?? "", builder.Configuration["Speech:Speaker"] ?? ""));
await builder.UseLearner(setup => new ClassifierLearner(setup, digits.Value, new FrameNet(setup)) { Tokens = FrameNet.Frames })
    .Build().RunAsync();

[MoeLayer, Experts<Relu>(8, Hidden = 64), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class FrameMoe;

[MoeLayer, Experts<Relu>(8, Hidden = 64), UtteranceGate(FrameNet.Frames, TopK = 2), SwitchBalance(0.01)]
public sealed partial class UtteranceMoe;
