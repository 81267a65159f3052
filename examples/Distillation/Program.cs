// A teacher that has read all of a text, and a small dense student that gets 63,000 characters of it: what does the student learn from the
// teacher's probabilities that the characters alone do not say? `lesson` runs the studies one after the other. `gain` asks what of the
// teacher's lead over a dense model a distilled or merged one keeps.
using Distillation;
using LibMoE;
using LibMoE.Runtime;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
builder.Verbs.Insert(0, Verb.Of<LessonVerb>());
builder.Verbs.Insert(1, Verb.Of<GainVerb>());
return await builder.Build().RunAsync();

/// <summary>The teacher: 8 experts in each of two blocks.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 96), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class Smoe;
