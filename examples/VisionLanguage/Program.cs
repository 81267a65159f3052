// A model that answers questions on pictures, trained in stages: an encoder on the pictures' labels, connector and language model,
// everything, and everything with mixtures in encoder, connector and language model. Three mixtures against a model that stays dense.
using LibMoE;
using LibMoE.Runtime;
using VisionLanguage;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
builder.Services.AddDashboard();
var models = new StagedModels(builder.Configuration);
builder.Verbs.Insert(0, new LearnVerb(builder.Verbs.Single(verb => verb.Name == "study"), models));
await builder.UseLearner(models.Make).Build().RunAsync();

/// <summary>Softmax over the experts' logits. Experts are as wide as the FFN that they are copied from.</summary>
[MoeLayer, Experts<Gelu>(4, Bias = true), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class Smoe;

/// <summary>Each expert scored on its own; weights are divided by their sum, so that copies compute what the FFN did.</summary>
[MoeLayer, Experts<Gelu>(4, Bias = true), SigmoidGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class SigmoidMoe;

/// <summary>X-MoE's router (Chi et al. 2022): the angle between token and expert in a space of few dimensions.</summary>
[MoeLayer, Experts<Gelu>(4, Bias = true), XMoeGate(8, TopK = 2, Temperature = 0.3), SwitchBalance(0.01)]
public sealed partial class XMoe;
