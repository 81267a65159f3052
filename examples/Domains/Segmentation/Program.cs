// Which garment is each pixel of? A small U-Net with a mixture in its middle, against one that stays dense, and against the grey of the
// pixel and a linear model of what is around it.
using Domains;
using LibMoE;
using LibMoE.Runtime;
using Segmentation;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
builder.Services.AddDashboard();
builder.AddOptions([], new Dictionary<string, string?> { ["Training:ValidationSequences"] = "100", ["Analysis:Sequences"] = "50" });
StudyWithCriteria.TakePlace(builder.Verbs, new Criterion("mIoU", Bar: null, "class mean per pixel"));
var scenes = new Lazy<Scenes>(() => Scenes.Load());
await builder.UseLearner(setup => new SceneLearner(setup, scenes.Value)).Build().RunAsync();

[MoeLayer, Experts<Gelu>(8, Hidden = 64), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class PixelMoe;
