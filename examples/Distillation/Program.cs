// A teacher that has read all of a text, and a small dense student that gets 63,000 characters of it: what does the student learn from the
// teacher's probabilities that the characters alone do not say? Four studies, one after the other, in one folder.
using Distillation;
using LibMoE;

return await Lesson.Of(args).RunAsync();

/// <summary>The teacher: 8 experts in each of two blocks.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 96), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class Smoe;
