// Compares checkpoints on the same held-out text, sequence by sequence, after examples/scripts/declare.cs:
// dotnet run -c Release examples/scripts/compare.cs runs/train/Dense/seed-0 runs/train/Smoe/seed-0
using LibMoE;
using LibMoE.Runtime;

const int Length = 64, Sequences = 128;
string[] paths = args.Length > 1 ? args : ["runs/train/Dense/seed-0", "runs/train/Smoe/seed-0"];
var losses = new List<(string Path, CorpusLoss Loss)>();
foreach (var path in paths)
{
    using var loaded = ModelLoader.Load(path, [MoeVariant.Of<Smoe>(), MoeVariant.Of<BiasMoe>()]);
    var corpus = Corpus.Load(new CorpusOptions(), loaded.Tokenizer);
    losses.Add((path, CorpusLoss.Measure(loaded.Model, corpus, Length, Sequences, batch: 16)));
}

foreach (var (path, loss) in losses)
{
    var against = $"{PairedDifference.Of(loss.PerSequence, losses[0].Loss.PerSequence).Text(decimals: 4)} against the first";
    Console.WriteLine(FormattableString.Invariant($"{path}: {loss.Mean:0.0000} ± {loss.StdErr:0.0000} nats per token, {against}"));
}

Console.WriteLine($"± is over {Sequences} held-out sequences. One model of each was measured, so this says nothing of another seed.");

[MoeLayer, Experts<SwiGlu>(8, Hidden = 64), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class Smoe;

[MoeLayer, Experts<SwiGlu>(8, Hidden = 64), SigmoidGate(TopK = 2), BiasBalance(0.001)]
public sealed partial class BiasMoe;
