using LibMoE.Runtime.Hosting.Studies;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>What runs before a training is timed leaves no trace in it.</summary>
public sealed class WarmUpTests
{
    private static readonly Corpus Corpus = Corpus.Split(
        "a text", [.. Enumerable.Range(0, 200).Select(line => new Document($"{line:000}", $"Line {line} counts {line * line % 97}.\n"))]);

    private static readonly TrainingConfig Training =
        new() { Steps = 3, Batch = 2, SequenceLength = 16, Warmup = 1, LogEvery = 1, ValidationSequences = 4, Threads = 1 };

    private static readonly StudyPlan Plan = StudyPlan.Make(
        "", [MoeVariant.Of<HostedSmoe>()], new ModelConfig { Dim = 16, Heads = 2, Layers = 1 }, Training, seeds: 1);

    [Fact]
    public void Losses_are_the_same_bits_with_and_without_it() => Assert.All(Plan.Cells, cell =>
    {
        var cold = Train(cell);
        Assert.Equal(3, WarmUp.Run(cell, new TextSource(Corpus), TorchSharp.torch.CPU, begunWith: null, default));
        var warm = Train(cell);

        Assert.Equal(cold.SequenceLosses, warm.SequenceLosses);
        Assert.Equal(cold.History.Select(report => report.Loss), warm.History.Select(report => report.Loss));
    });

    [Fact]
    public void It_ends_after_so_many_steps_and_where_the_user_stops()
    {
        var cell = Plan.Cells[1] with { Training = Training with { Steps = 1000 } };

        Assert.InRange(WarmUp.Run(cell, new TextSource(Corpus), TorchSharp.torch.CPU, begunWith: null, default), 1, WarmUp.Steps);
        Assert.Equal(
            0, WarmUp.Run(cell, new TextSource(Corpus), TorchSharp.torch.CPU, begunWith: null, new CancellationToken(canceled: true)));
    }

    private static TrainingResult Train(StudyCell cell)
    {
        using var model = LanguageModel.Create(cell.Variant.Model!, cell.Variant.Mixture, cell.Seed);
        return Trainer.Train(model, Corpus, cell.Training);
    }
}
