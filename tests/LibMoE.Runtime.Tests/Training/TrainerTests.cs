using LibMoE.Runtime.Tests.Models;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training;

public class TrainerTests
{
    private static readonly ModelConfig Small = new() { Dim = 32, Layers = 2, Heads = 2, Hidden = 32, Context = 16 };

    private static readonly TrainingConfig Short = new()
    {
        Steps = 12,
        Batch = 4,
        SequenceLength = 16,
        Warmup = 2,
        LogEvery = 5,
        ValidationSequences = 6,
        Threads = 1,
        Seed = 9,
    };

    /// <summary>A sentence that repeats with one of ten names: letters are unpredictable one by one and sure in their places.</summary>
    private static readonly Corpus Repetitive = Corpus.Split(
        "repetitive",
        Enumerable.Range(0, 40)
            .Select(i => new Document($"{i:D2}", string.Concat(Enumerable.Repeat($"expert {i % 10} sees this token; ", 20)))));

    [Fact]
    public void The_same_seed_trains_bit_for_bit_the_same()
    {
        using var first = LanguageModel.Create(Small, HandWrittenMoe.Variant(), seed: 9);
        using var second = LanguageModel.Create(Small, HandWrittenMoe.Variant(), seed: 9);

        var one = Trainer.Train(first, Repetitive, Short);
        var two = Trainer.Train(second, Repetitive, Short);

        Assert.Equal(one.ValidationLoss, two.ValidationLoss);
        Assert.Equal(one.TrainLoss, two.TrainLoss);
        foreach (var (name, values) in first.state_dict())
        {
            Assert.Equal(LanguageModelTests.Values(values), LanguageModelTests.Values(second.state_dict()[name]));
        }
    }

    [Fact]
    public void The_first_loss_is_near_that_of_guessing()
    {
        using var model = LanguageModel.Create(Small, HandWrittenMoe.Variant(), seed: 1);

        var result = Trainer.Train(model, Repetitive, Short with { Steps = 1 });

        Assert.Equal(Math.Log(256), result.TrainLoss, 0.1);
    }

    [Fact]
    public void A_tiny_mixture_learns_more_than_the_frequencies_of_bytes()
    {
        using var model = LanguageModel.Create(Small, HandWrittenMoe.Variant(), seed: 1);

        var result = Trainer.Train(model, Repetitive, Short with { Steps = 80, LearningRate = 0.01, Warmup = 5 });

        var entropy = CorpusEntropy.Of(Repetitive);
        Assert.True(result.ValidationLoss < entropy.Unigram / 2, $"{result.ValidationLoss} against {entropy}");
        Assert.True(result.ValidationLoss < entropy.Bigram, $"{result.ValidationLoss} against {entropy}");
    }

    [Fact]
    public void A_result_says_what_was_trained_and_how_it_went()
    {
        var variant = HandWrittenMoe.Variant("Hand", experts: 4, topK: 2);
        using var model = LanguageModel.Create(Small, variant, seed: 1);
        var reports = new List<TrainingProgress>();

        var result = Trainer.Train(model, Repetitive, Short, new Collector(reports));

        Assert.Equal(("Hand", 9, variant.Declaration.Structure), (result.Name, result.Seed, result.StructureHash));
        Assert.Equal(ModelCost.TotalParameters(Small, variant.Declaration), result.TotalParameters);
        Assert.Equal(ModelCost.ActiveParameters(Small, variant.Declaration), result.ActiveParameters);
        Assert.Equal(ModelCost.FlopsPerToken(Small, variant.Declaration), result.FlopsPerToken);
        Assert.Equal(Math.Exp(result.ValidationLoss), result.PerplexityPerByte, 1e-12);
        Assert.Equal([5, 10, 12], reports.Select(report => report.Step));
        Assert.Equal(reports, result.History);
        Assert.All(reports, report => Assert.True(
            report is { Steps: 12, TokensPerSecond: > 0, AuxiliaryLoss: > 0, LoadCv: >= 0, DeadExperts: >= 0 }));
        Assert.True(reports[0].Elapsed < reports[1].Elapsed);
        Assert.Equal(LearningRateSchedule.Of(Short).At(4), reports[0].LearningRate);
        Assert.Equal([4, 4], result.Load!.PicksPerBlock.Select(block => block.Count));
        Assert.All(result.Load.PicksPerBlock, block => Assert.Equal(6 * 16 * 2, block.Sum()));
    }

    [Fact]
    public void A_report_tells_block_by_block_who_was_picked_and_what_balance_cost()
    {
        using var model = LanguageModel.Create(Small, HandWrittenMoe.Variant("Hand", experts: 4, topK: 2), seed: 1);

        var history = Trainer.Train(model, Repetitive, Short with { MicroBatches = 2 }).History;

        // Reports after 5, 10 and 12 steps of 4·16 tokens with 2 picks each.
        Assert.Equal([640, 640, 256], history.Select(report => report.Blocks[0].Picks!.Sum()));
        foreach (var report in history)
        {
            Assert.Equal(2, report.Blocks.Count);
            Assert.All(report.Blocks, block => Assert.Equal(["SwitchBalance"], block.Losses.Keys));
            Assert.Equal(report.AuxiliaryLoss, report.Blocks.Sum(block => block.Losses["SwitchBalance"]), 1e-7);
            Assert.Equal(report.LoadCv, new ExpertLoad([.. report.Blocks.Select(block => block.Picks!)]).Cv);
        }

        var picks = ((HandWrittenMoe)model.MoeLayers[1]).PicksOfSteps.Take(5).Select(step => step.Picks).ToList();
        Assert.Equal(Enumerable.Range(0, 4).Select(expert => picks.Sum(step => step[expert])), history[0].Blocks[1].Picks);
    }

    [Fact]
    public void A_dense_model_has_no_load_and_a_structure_of_its_own()
    {
        using var model = LanguageModel.Create(Small, seed: 1);
        using var wider = LanguageModel.Create(Small with { Hidden = 40 }, seed: 1);

        var result = Trainer.Train(model, Repetitive, Short with { Steps = 2 });

        Assert.Equal("Dense", result.Name);
        Assert.Null(result.LoadCv);
        Assert.Null(result.DeadExperts);
        Assert.Equal(0, result.History[^1].AuxiliaryLoss);
        Assert.Empty(result.History[^1].Blocks);
        Assert.Matches("^[0-9a-f]{64}$", result.StructureHash);
        Assert.NotEqual(wider.StructureHash, result.StructureHash);
    }

    [Fact]
    public void Variants_see_the_same_batches()
    {
        using var four = LanguageModel.Create(Small, HandWrittenMoe.Variant("Four", experts: 4), seed: 1);
        using var eight = LanguageModel.Create(Small, HandWrittenMoe.Variant("Eight", experts: 8), seed: 2);

        Trainer.Train(four, Repetitive, Short);
        Trainer.Train(eight, Repetitive, Short);

        Assert.Equal(12, Ids(four).Count);
        Assert.Equal(Ids(four), Ids(eight));

        static List<long[]> Ids(LanguageModel model) => ((HandWrittenMoe)model.MoeLayers[0]).TrainedIds;
    }

    [Fact]
    public void Cancelling_finishes_the_step()
    {
        using var model = LanguageModel.Create(Small, HandWrittenMoe.Variant(), seed: 1);
        using var cancellation = new CancellationTokenSource();
        var reports = new List<TrainingProgress>();
        var stopping = new Collector(reports, report => cancellation.Cancel());

        Assert.Throws<OperationCanceledException>(() => Trainer.Train(model, Repetitive, Short, stopping, cancellation.Token));

        Assert.Equal([5], reports.Select(report => report.Step));
        Assert.Equal(5, ((HandWrittenMoe)model.MoeLayers[0]).PicksOfSteps.Count);
    }

    [Fact]
    public void Problems_of_all_parts_are_found_before_anything_starts()
    {
        using var model = LanguageModel.Create(Small with { Vocabulary = 100 });

        var error = Assert.Throws<ConfigurationException>(
            () => Trainer.Train(model, Repetitive, Short with { Steps = 0, SequenceLength = 32 }));

        Assert.Equal(
            "Training:Steps is 0; it must be at least 1. "
            + "Training:SequenceLength is 32; it must not be above Model:Context, which is 16. "
            + "Model:Vocabulary is 100; the corpus repetitive needs at least 256.",
            error.Message);
    }

    [Fact]
    public void A_corpus_smaller_than_a_batch_is_refused()
    {
        using var model = LanguageModel.Create(Small);
        var corpus = Corpus.Split("tiny", [new("1", new string('a', 50)), new("2", new string('b', 50))]);

        var error = Assert.Throws<ConfigurationException>(() => Trainer.Train(model, corpus, Short));

        Assert.Equal(
            "The corpus has 51 training tokens; a batch of 4 sequences of 16 tokens takes at least 80.",
            error.Message);
    }

    [Fact]
    public void The_thread_count_is_given_back()
    {
        using var model = LanguageModel.Create(Small);
        var before = get_num_threads();

        Trainer.Train(model, Repetitive, Short with { Steps = 1, Threads = before + 1 });

        Assert.Equal(before, get_num_threads());
    }

    private sealed class Collector(List<TrainingProgress> reports, Action<TrainingProgress>? then = null) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            reports.Add(value);
            then?.Invoke(value);
        }
    }
}
