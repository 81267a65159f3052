using LibMoE.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace VisionLanguage;

/// <summary>An image encoder learns what is in pictures, in place of one that was trained elsewhere. Pictures are mirrored, and moved by a
/// few pixels.</summary>
internal sealed class LabelLearner : Learner
{
    private const string Right = "labels";
    private const string Share = "share of labels";
    private const int Reach = 4;

    private static readonly Scalar First = 0L.ToScalar();

    private readonly LabelNet _net;
    private readonly LabelledPictures _train;
    private readonly LabelledPictures _test;
    private readonly PictureTask _task;
    private readonly long _seed;

    public LabelLearner(VisionConfig vision, PictureTask task, TrainingConfig training)
    {
        (_net, _task, _seed) = (new LabelNet(vision, task, training.Seed), task, training.Seed);
        (_train, _test) = (new LabelledPictures(task.TrainLabels, task.Read), new LabelledPictures(task.TestLabels, task.Read));
        Metrics =
        [
            new(Right, Share, MetricDirection.Higher),
            .. task.Groups.Select(group => new LearnerMetric($"{Right}.{group.Name}", Share, MetricDirection.Higher)),
            LearnerMetric.Loss,
        ];
    }

    public override nn.Module Model => _net;

    public override CorpusIdentity Data => _task.Identity;

    public override long HeldOutExamples => _test.Count;

    public override IReadOnlyList<LearnerMetric> Metrics { get; }

    public override double TokensPerExample => _net.Vision.Config.Features;

    public override Objective Learn(long position, int examples, MoeContext context)
    {
        var (losses_IRG, known_IRG, _) = Run(_train, [.. Enumerable.Range(0, examples)
            .Select(place => PictureDraw.Of(new Random((int)(_seed * 1_000_003 + position + place)), _train.Count, Reach))]);
        return new Objective(losses_IRG.sum().div(known_IRG.sum()), []);
    }

    public override Scores Score(long first, int examples, MoeContext context)
    {
        var (losses_IRG, known_IRG, right_IRG) =
            Run(_test, [.. Enumerable.Range((int)first, examples).Select(picture => new PictureDraw(picture))]);
        return new Scores(
            [
                Mean(right_IRG, known_IRG),
                .. _task.Groups.Index().Select(
                    group => Mean(right_IRG.narrow(2, group.Index, 1), known_IRG.narrow(2, group.Index, 1))),
                Mean(losses_IRG, known_IRG),
            ],
            []);
    }

    /// <summary>Each picture's mean over what is known of it; NaN where nothing is.</summary>
    private static double[] Mean(Tensor values_IRG, Tensor known_IRG) =>
        [.. values_IRG.sum([1, 2]).div(known_IRG.sum([1, 2])).to(ScalarType.Float64).data<double>()];

    private (Tensor Losses_IRG, Tensor Known_IRG, Tensor Right_IRG) Run(LabelledPictures pictures, IReadOnlyList<PictureDraw> draws)
    {
        const int Size = PictureTask.Size;
        var values = new float[draws.Count * 3 * Size * Size];
        Parallel.For(0, draws.Count, at => pictures.Write(draws[at], values.AsSpan(at * 3 * Size * Size, 3 * Size * Size)));
        var labels_IRG = tensor(
            [.. draws.SelectMany(draw => Labels(pictures, draw))], [draws.Count, _task.Side * _task.Side, _task.Groups.Count]);
        var logits = _net.forward(tensor(values, [draws.Count, 3, Size, Size]));
        var losses = logits.Select((logits_IRC, group) => nn.functional.cross_entropy(
            logits_IRC.flatten(0, 1), labels_IRG.select(2, group).reshape(-1), ignore_index: LabelledPictures.Unknown,
            reduction: nn.Reduction.None).reshape(draws.Count, -1));
        var right = logits.Select((logits_IRC, group) => logits_IRC.argmax(-1).eq(labels_IRG.select(2, group)));
        return (
            stack([.. losses], 2), labels_IRG.ge(First).to(ScalarType.Float32),
            stack([.. right], 2).to(ScalarType.Float32));
    }

    /// <summary>Region by region a label of each group. In a mirrored picture, the regions of a row change places.</summary>
    private IEnumerable<long> Labels(LabelledPictures pictures, PictureDraw draw) =>
        from row in Enumerable.Range(0, _task.Side)
        from column in Enumerable.Range(0, _task.Side)
        let region = row * _task.Side + (draw.Mirrored ? _task.Side - 1 - column : column)
        from labels in pictures.Labels(draw.Picture)
        select (long)labels[region];
}
