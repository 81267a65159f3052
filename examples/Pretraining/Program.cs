// Pretraining with presets: appsettings.json beside this file is the tiny one, which trains here; presets/ has the published sizes.
using LibMoE;
using LibMoE.Runtime;
using Microsoft.Extensions.Configuration;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
builder.Services.AddDashboard();

// WikiText-2 where the data cache holds it; any other text by --corpus; the SDK's documentation where there is neither.
string[] sources = ["Corpus:Path", "Corpus:Paths", "Corpus:Domains"];
if (!sources.Any(key => builder.Configuration.GetSection(key).Exists())
    && DataCache.Default().Find("wikitext2/wiki.train.part0.txt.gz") is { } part)
{
    builder.Configuration["Corpus:Path"] = Path.GetDirectoryName(part);
}

await builder.Build().RunAsync();

/// <summary>LibMoE's layer: 66 ReLU experts of the model's FFN width, 8 picked by softmax, balanced within each sequence.</summary>
[MoeLayer, Experts<Relu>(66), SoftmaxGate(TopK = 8), SequenceBalance(0.01)]
public sealed partial class Smoe;

/// <summary>The same experts, each scored on its own by a sigmoid (σ-MoE, Csordás et al. 2023).</summary>
[MoeLayer, Experts<Relu>(66), SigmoidGate(TopK = 8), SequenceBalance(0.01)]
public sealed partial class SigmaMoe;

/// <summary>Two halves of nanoGPT's FFN, of eight, for every token: as many active parameters as the dense model, and a router.</summary>
[MoeLayer, Experts<Gelu>(8, Hidden = 256), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class CharacterMoe;
