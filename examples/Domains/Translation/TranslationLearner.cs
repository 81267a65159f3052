using LibMoE.Runtime;
using static TorchSharp.torch;

namespace Translation;

/// <summary>English for sentences of three languages, by one net.</summary>
internal sealed class TranslationLearner(LearnerSetup setup, TranslationData data) : Learner
{
    private const int ReadTogether = 100;

    private readonly TranslationNet _net = new(setup, data.Pieces.Count);
    private readonly TrainingOrder _order = new(data.Train, setup.Training.Batch, setup.Seed);

    /// <summary>What was said last for each measured pair: chrF and BLEU are made of all of it.</summary>
    private readonly string?[] _said = new string?[data.Test.Count];

    public override nn.Module Model => _net;

    public override CorpusIdentity Data => data.Identity;

    public override IReadOnlyList<LearnerMetric> Metrics => TranslationFigures.Metrics;

    public override long HeldOutExamples => data.Test.Count;

    public override long? TrainingExamples => data.Train.Count;

    /// <summary>Half of a pair's: each layer sees its source or its translation.</summary>
    public override double TokensPerExample { get; } = data.Train.Average(pair => (pair.Source.Length + pair.Target.Length - 1) / 2.0);

    public override IReadOnlyList<string> Groups => SentencePair.Languages;

    public override Objective Learn(long position, int examples, MoeContext context)
    {
        List<EncodedPair> pairs = [.. Enumerable.Range(0, examples).Select(place => _order.At(position + place))];
        var targets = Targets(pairs);
        var (losses_SL, routings) = Run(Rows(pairs.Select(pair => pair.Source)), targets, pairs, context);
        return new Objective(losses_SL.sum() / targets.Mask_SL.sum(), routings);
    }

    public override Scores Score(long first, int examples, MoeContext context)
    {
        List<EncodedPair> pairs = [.. data.Test.Skip((int)first).Take(examples)];
        var (source, targets) = (Rows(pairs.Select(pair => pair.Source)), Targets(pairs));
        var (losses_SL, routings) = Run(source, targets, pairs, context);
        var other = Rows(pairs.Select((_, place) => data.Test[data.Others[(int)first + place]].Source));
        var (misled_SL, _) = Run(other, targets, pairs, context);
        double[] losses = PerPiece(losses_SL, targets);
        double[] misled = PerPiece(misled_SL, targets);
        var items = new List<double[]>();
        foreach (var (place, said) in GreedyDecoder.Translate(_net, source, data.Pieces, context).Index())
        {
            var text = data.Pieces.Text(said);
            _said[first + place] = text;
            items.Add([.. TranslationFigures.Of(pairs[place].Pair, text, misled[place] - losses[place], losses[place])]);
        }

        var (ofSource, ofTarget) = (LanguagesOf(pairs, source), LanguagesOf(pairs, targets));
        return new Scores([.. Enumerable.Range(0, Metrics.Count).Select(metric => items.ConvertAll(item => item[metric]))], routings)
        {
            Groups = [.. routings.Select((_, layer) => layer < routings.Count / 2 ? ofSource : ofTarget)],
        };
    }

    /// <summary>What the net makes of measured pairs, without saying anything of its own.</summary>
    /// <param name="pairs">How many, from the first one on.</param>
    /// <param name="context">What the layers are given.</param>
    public PairReading Read(int pairs, MoeContext context)
    {
        using var quiet = no_grad();
        _net.eval();
        return PairReading.Joined([.. data.Test.Take(pairs).Chunk(ReadTogether).Select(part => Read([.. part], context))]);
    }

    public override IReadOnlyList<MeasuredMetric> Summarize(IReadOnlyList<IReadOnlyList<double>> items) => TranslationFigures.Over(
        [.. data.Test.Take(items[0].Count).Select(pair => pair.Pair)], [.. _said.Take(items[0].Count).Select(said => said!)],
        items[TranslationFigures.GainPlace], items[^1]);

    public override IReadOnlyList<Baseline> Baselines()
    {
        List<SentencePair> pairs = [.. data.Test.Take(setup.Training.ValidationSequences).Select(pair => pair.Pair)];
        double[] none = [.. pairs.Select(_ => double.NaN)];
        return [.. SimpleMethods.Of([.. data.Train.Select(pair => pair.Pair)]).Select(method => new Baseline(
            method.Name, TranslationFigures.Over(pairs, [.. pairs.Select(method.Translate)], none, none)))];
    }

    private PairReading Read(List<EncodedPair> pairs, MoeContext context)
    {
        using var scope = NewDisposeScope();
        var targets = Targets(pairs);
        var (losses_SL, routings) = Run(Rows(pairs.Select(pair => pair.Source)), targets, pairs, context);
        return new PairReading(PerPiece(losses_SL, targets), [.. routings.Select(routing => PairReading.Picks(routing, pairs.Count))]);
    }

    /// <summary>The loss of each piece that is to be said, 0 at padding, [S, L], and what the layers did.</summary>
    private (Tensor Losses_SL, IReadOnlyList<Routing> Routings) Run(
        IdRows source, IdRows targets, List<EncodedPair> pairs, MoeContext context)
    {
        var (source_SPD, encoded) = _net.Encode(source, context);
        var given = Rows(pairs.Select(pair => pair.Target[..^1]));
        var (hidden_SLD, decoded) = _net.Decode(given, source_SPD, source.Mask_SL, context);
        var said_T = targets.Mask_SL.flatten().nonzero().squeeze(1);
        var logits_TV = _net.Logits(hidden_SLD.flatten(0, 1).index_select(0, said_T), data.Pieces.Sayable);
        var losses_T = nn.functional.cross_entropy(
            logits_TV, targets.Ids_SL.flatten().index_select(0, said_T), reduction: nn.Reduction.None);
        var losses_SL = zeros(targets.Ids_SL.numel(), device: setup.Device).index_add(0, said_T, losses_T, Scalars.One);
        return (losses_SL.view(targets.Ids_SL.shape), [.. encoded, .. decoded]);
    }

    private IdRows Rows(IEnumerable<int[]> rows) => IdRows.Of([.. rows], data.Pieces.Padding, setup.Device);

    private IdRows Targets(List<EncodedPair> pairs) => Rows(pairs.Select(pair => pair.Target[1..]));

    private static double[] PerPiece(Tensor losses_SL, IdRows targets) =>
        [.. (losses_SL.sum(1) / targets.Mask_SL.sum(1)).to(ScalarType.Float64).cpu().data<double>()];

    /// <summary>The language of each token, −1 for padding.</summary>
    private static int[] LanguagesOf(List<EncodedPair> pairs, IdRows rows)
    {
        bool[] there = [.. rows.Mask_SL.cpu().data<bool>()];
        return [.. there.Select((token, at) => token ? pairs[at / (int)rows.Ids_SL.shape[1]].Pair.Language : -1)];
    }
}
