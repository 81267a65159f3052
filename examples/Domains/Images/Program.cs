// Images as patches: garments, digits, chest X-rays. A small ViT whose second FFN is a mixture (V-MoE, Riquelme et al. 2021) against one
// that stays dense, and the nearest neighbours among the training images.
using Domains;
using Images;
using LibMoE;
using LibMoE.Runtime;
using Microsoft.Extensions.DependencyInjection;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
builder.Services.AddDashboard();
builder.AddOptions(
    [new VerbOption("--images", "Images", "NAME", $"What is learned: {ImageSets.Names}. [default: {ImageSets.Default}]")],
    new Dictionary<string, string?> { ["Training:ValidationSequences"] = "500", ["Analysis:Sequences"] = "200" });
StudyWithCriteria.TakePlace(builder.Verbs, () => ImageCriteria.Of(builder.Configuration["Images"]));
var images = new Lazy<ClassifierData>(() => ImageSets.Load(builder.Configuration["Images"]));
builder.Services.AddSingleton(images);
builder.Verbs.Add(Verb.Of<ExpertsVerb>());
await builder.UseLearner(setup =>
{
    var net = new PatchNet(setup, images.Value);
    return new ClassifierLearner(setup, images.Value, net) { Tokens = net.Patches };
}).Build().RunAsync();

/// <summary>Two experts of half the dense FFN's width for each patch.</summary>
[MoeLayer, Experts<Gelu>(8, Hidden = 64, Bias = true), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class PatchMoe;
