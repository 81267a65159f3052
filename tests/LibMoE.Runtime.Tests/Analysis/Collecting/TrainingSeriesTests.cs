using LibMoE.Runtime.Analysis;
using LibMoE.Runtime.Analysis.Collecting;
using LibMoE.Runtime.Tests.Data;
using LibMoE.Runtime.Tests.Layers;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Analysis.Collecting;

public sealed class TrainingSeriesTests
{
    private static readonly ModelConfig Small = new() { Dim = 8, Layers = 2, Heads = 2, Hidden = 6, Context = 16 };

    [Fact]
    public void Moments_are_compared_with_the_one_before_and_with_the_last()
    {
        using var scope = NewDisposeScope();
        var text = AnalysisText.Of(CellAnalyzerTests.TwoDomains(), 16, 6);
        using var series = new TrainingSeries(text, batch: 4, steps: 40);
        using var model = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxRelu>(), seed: 1);
        List<PickTable> tables = [];
        List<double> lengths = [];
        foreach (var step in new[] { 10, 20, 40 })
        {
            if (step > 10)
            {
                Shake(model, step == 20 ? 0.5f : 0);
            }

            series.Add(model, step);
            tables.Add(Picks(model, text, block: 1));
            lengths.Add(model.named_parameters().Where(entry => entry.name.Contains(".router.", StringComparison.Ordinal))
                .Sum(entry => entry.parameter.square().sum().item<float>()));
        }

        var points = series.Points();

        Assert.Equal([(10, 0.25), (20, 0.5), (40, 1.0)], points.Select(point => (point.Step, point.Fraction)));
        Assert.True(model.training);
        var block = points.Select(point => point.Blocks[1]).ToList();
        Assert.Equal([null, ExpertChangeRate.BySlots(tables[0], tables[1]), 0.0], block.Select(point => point.ChangeRateBySlots));
        Assert.Equal([null, ExpertChangeRate.BySets(tables[0], tables[1]), 0.0], block.Select(point => point.ChangeRateBySets));
        Assert.Equal([RouterSaturation.Of(tables[0], tables[2], 1), 1.0, 1.0], block.Select(point => point.SaturationTop1));
        Assert.Equal([RouterSaturation.Of(tables[0], tables[2]), 1.0, 1.0], block.Select(point => point.SaturationTopK));
        Assert.InRange(block[0].SaturationTopK!.Value, 0.01, 0.99);
        Assert.Equal(1, block[2].SaturationByTokenId);
        Assert.Equal(ExpertShare.Of(tables[1].Counts()), block[1].Share);
        Assert.Empty(points[0].Drift);
        Assert.Equal(0, points[2].Drift["router"]);
        Assert.True(points[1].Drift["router"] > 0.1);
        Assert.NotEqual(points[0].Loss, points[1].Loss);
        Assert.Equal(points[1].Loss, points[2].Loss);
        Assert.Equal(["RouterZLoss", "SwitchBalance"], block[0].Losses.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Loss_and_balancing_terms_are_those_of_the_sequences()
    {
        using var scope = NewDisposeScope();
        var text = AnalysisText.Of(CellAnalyzerTests.TwoDomains(), 16, 4);
        using var series = new TrainingSeries(text, batch: 4, steps: 1);
        using var model = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxRelu>(), seed: 1);

        series.Add(model, 1);

        var point = Assert.Single(series.Points());
        model.eval();
        var batch = text.Batches(4, CPU).Single();
        var output = model.forward(batch.Inputs_SL);
        var loss = nn.functional.cross_entropy(output.Logits.reshape(-1, 256), batch.Targets_SL.reshape(-1)).item<float>();
        Assert.Equal(loss, point.Loss!.Value, 1e-5);
        Assert.Equal(output.Routings[0].Losses["SwitchBalance"].item<float>(), point.Blocks[0].Losses["SwitchBalance"], 1e-7);
    }

    [Fact]
    public void A_run_is_watched_at_its_points_and_at_its_end_and_training_is_not_changed()
    {
        using var folder = new TemporaryFolder();
        var corpus = CellAnalyzerTests.TwoDomains();
        var training = new TrainingConfig
        {
            Steps = 11,
            Batch = 2,
            SequenceLength = 16,
            LogEvery = 1,
            Warmup = 1,
            ValidationSequences = 4,
            Threads = 1
        };
        var options = new AnalysisOptions { Sequences = 4, Points = 3, PerturbationSequences = 4, Texts = 1 };

        using var watched = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxRelu>(), seed: 0);
        using var observer = CellObserver.Begin(options, watched, corpus, training)!;
        var result = Trainer.Train(watched, corpus, training, new Immediate(observer.Report));
        var analysis = observer.Finish(folder.Path, result, CancellationToken.None)!;

        Assert.Equal([4, 8, 11], analysis.Training.Select(point => point.Step));
        Assert.Equal(1, analysis.Training[^1].Blocks[0].SaturationTopK);
        Assert.Equal(3 * result.FlopsPerToken * 32, analysis.Cost!.FlopsPerStep);
        Assert.Equal(analysis.ToJson(), CellAnalysis.Read(folder.Path)!.ToJson());
        Assert.Null(CellObserver.Begin(options with { Enabled = false }, watched, corpus, training));

        using var alone = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxRelu>(), seed: 0);
        Assert.Equal(Trainer.Train(alone, corpus, training).SequenceLosses, result.SequenceLosses);
    }

    [Fact]
    public void A_dense_run_has_losses_and_no_blocks()
    {
        using var series = new TrainingSeries(AnalysisText.Of(CellAnalyzerTests.TwoDomains(), 16, 4), batch: 4, steps: 2);
        using var model = LanguageModel.Create(Small, seed: 1);
        series.Add(model, 1);
        series.Add(model, 2);

        Assert.All(series.Points(), point => Assert.Empty(point.Blocks));
        Assert.Equal(["attention", "embedding", "experts", "other"], series.Points()[1].Drift.Keys.Order(StringComparer.Ordinal));
    }

    private static void Shake(LanguageModel model, float scale)
    {
        using var quiet = no_grad();
        using var generator = new Generator(11);
        foreach (var (_, parameter) in model.named_parameters())
        {
            parameter.add_(randn(parameter.shape, generator: generator), alpha: scale);
        }
    }

    private static PickTable Picks(LanguageModel model, AnalysisText text, int block)
    {
        using var mode = new EvaluationMode(model);
        var batch = text.Batches(100, CPU).Single();
        return PickTable.Of(model.forward(batch.Inputs_SL).Routings[block], 5)!;
    }

    private sealed class Immediate(Action<TrainingProgress> take) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => take(value);
    }
}
