using LibMoE.Runtime;
using static TorchSharp.torch;

namespace Segmentation;

/// <summary>Which garment each pixel of a mosaic is of.</summary>
internal sealed class SceneLearner(LearnerSetup setup, Scenes scenes) : Learner
{
    private readonly PixelNet _net = new(setup);

    /// <summary>What was said last of each held-out scene: intersection over union is made of the pixels of all.</summary>
    private readonly PixelCounts?[] _counts = new PixelCounts?[scenes.Test.Count];

    public override nn.Module Model => _net;

    public override CorpusIdentity Data { get; } = CorpusIdentity.Of(
        "mosaics of Fashion-MNIST", [.. scenes.Examples.Concat(scenes.Test).SelectMany(scene => scene.Pixels.Concat(scene.Classes))]);

    public override IReadOnlyList<LearnerMetric> Metrics => SceneFigures.Metrics;

    public override long HeldOutExamples => scenes.Test.Count;

    public override double TokensPerExample => PixelNet.Tokens;

    public override IReadOnlyList<string> Groups => Scene.Kinds;

    public override Objective Learn(long position, int examples, MoeContext context)
    {
        var (losses_N, _, routings) = Run(
            [.. Enumerable.Range(0, examples).Select(place => scenes.Train(setup.Seed, position + place))], context);
        return new Objective(losses_N.mean(), routings);
    }

    public override Scores Score(long first, int examples, MoeContext context)
    {
        List<Scene> tests = [.. scenes.Test.Skip((int)first).Take(examples)];
        var (losses_N, logits_NCHW, routings) = Run(tests, context);
        double[] losses = [.. losses_N.to(ScalarType.Float64).cpu().data<double>()];
        int[] said = [.. logits_NCHW.argmax(1).to(ScalarType.Int32).cpu().data<int>()];
        var items = new List<double[]>();
        foreach (var (place, scene) in tests.Index())
        {
            var counts = SceneFigures.Count(scene, said[(place * Scene.Size)..((place + 1) * Scene.Size)]);
            _counts[first + place] = counts;
            items.Add([.. SceneFigures.Of(counts, losses[place])]);
        }

        int[] groups = [.. tests.SelectMany(TokenClasses)];
        return new Scores([.. Enumerable.Range(0, Metrics.Count).Select(metric => items.ConvertAll(item => item[metric]))], routings)
        {
            Groups = [.. routings.Select(_ => groups)],
        };
    }

    public override IReadOnlyList<MeasuredMetric> Summarize(IReadOnlyList<IReadOnlyList<double>> items) =>
        SceneFigures.Over([.. _counts.Take(items[0].Count).Select(counts => counts!)], items[^1]);

    public override IReadOnlyList<Baseline> Baselines()
    {
        List<Scene> tests = [.. scenes.Test.Take(setup.Training.ValidationSequences)];
        double[] none = [.. tests.Select(_ => double.NaN)];
        return [.. PixelMethods.Of(scenes.Examples).Select(method => new Baseline(
            method.Name, SceneFigures.Over([.. tests.Select(scene => SceneFigures.Count(scene, method.Say(scene)))], none)))];
    }

    /// <summary>Cross-entropy of the pixels of each scene, their logits, and what the layers did.</summary>
    private (Tensor Losses_N, Tensor Logits_NCHW, IReadOnlyList<Routing> Routings) Run(List<Scene> batch, MoeContext context)
    {
        float[] values = [.. batch.SelectMany(scene => scene.Pixels).Select(pixel => pixel / 127.5f - 1)];
        long[] classes = [.. batch.SelectMany(scene => scene.Classes).Select(kind => (long)kind)];
        var (logits_NCHW, routings) = _net.forward(
            tensor(values, [batch.Count, 1, Scene.Side, Scene.Side], device: setup.Device), context);
        var truth_NHW = tensor(classes, [batch.Count, Scene.Side, Scene.Side], device: setup.Device);
        var losses_NHW = nn.functional.cross_entropy(logits_NCHW, truth_NHW, reduction: nn.Reduction.None);
        return (losses_NHW.mean([1, 2]), logits_NCHW, routings);
    }

    /// <summary>The class of the pixel below and to the right of each place's middle.</summary>
    private static IEnumerable<int> TokenClasses(Scene scene) => Enumerable.Range(0, PixelNet.Tokens).Select(token =>
    {
        const int Half = PixelNet.TokenSide / 2;
        var (row, column) = (token / PixelNet.TokenColumns * PixelNet.TokenSide, token % PixelNet.TokenColumns * PixelNet.TokenSide);
        return (int)scene.Classes[(row + Half) * Scene.Side + column + Half];
    });
}
