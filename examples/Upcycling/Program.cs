// A real dense model becomes two mixtures that start at its loss and train on. Without a verb, `stories` runs; `upcycle`, `generate` and
// `export` do the same with your own models. `chats` makes conversations of stories, for `finetune`.
using LibMoE;
using LibMoE.Runtime;
using Upcycling;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
builder.Services.AddDashboard();
builder.Services.AddServing();
builder.Verbs.Insert(0, Verb.Of<StoriesVerb>());
builder.Verbs.Add(Verb.Of<ChatsVerb>());
await builder.Build().RunAsync();

/// <summary>Softmax over the experts' logits. No width is declared: experts are as wide as the dense model's FFN.</summary>
[MoeLayer, Experts<SwiGlu>(8), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class Smoe;

/// <summary>Each expert scored on its own, by a sigmoid; weights are divided by their sum, so that copies start at the
/// dense model's loss.</summary>
[MoeLayer, Experts<SwiGlu>(8), SigmoidGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class SigmaMoe;
