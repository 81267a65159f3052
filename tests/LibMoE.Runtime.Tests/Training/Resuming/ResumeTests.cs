using System.Text.Json;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Tests.Checkpoints.Files;
using LibMoE.Runtime.Tests.Checkpoints.Store;

namespace LibMoE.Runtime.Tests.Training.Resuming;

/// <summary>N steps, a stop, and M more are N + M steps in one go, bit for bit.</summary>
public class ResumeTests
{
    public static TheoryData<string, int[]> Variants => new()
    {
        { nameof(ResumedMoe), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] }, { nameof(ResumedReMoe), [5] }, { "Dense", [7] },
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_run_goes_on_from_any_step_as_if_it_had_not_ended_there(string name, int[] steps)
    {
        var variant = name switch
        {
            nameof(ResumedMoe) => MoeVariant.Of<ResumedMoe>(),
            nameof(ResumedReMoe) => MoeVariant.Of<ResumedReMoe>(),
            _ => null,
        };
        var whole = Saves.Disk();
        var expected = Train(variant, whole);

        foreach (var step in steps)
        {
            var rest = Saves.Disk();
            var actual = Train(variant, rest, resume: new CheckpointStore(whole, Saves.Folder).Open(step));

            AssertSame(whole, rest, step: 12);
            Assert.Equal(expected.ValidationLoss, actual.ValidationLoss);
            Assert.Equal(expected.TrainLoss, actual.TrainLoss);
            Assert.Equal(expected.SequenceLosses, actual.SequenceLosses);
            Assert.Equal(expected.History.Select(Text), actual.History.Select(Text));
        }
    }

    [Fact]
    public void A_cancelled_run_finishes_its_step_and_saves_it()
    {
        var (whole, parts) = (Saves.Disk(), Saves.Disk());
        Train(ResumeRuns.Variant, whole);
        using var stop = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => Train(ResumeRuns.Variant, parts, stop: (3, stop), every: 0));
        Assert.Equal(3, Saves.Search(parts).Newest!.Step);
        Train(ResumeRuns.Variant, parts, resume: Saves.Search(parts).Newest);

        AssertSame(whole, parts, step: 12);
    }

    [Fact]
    public void A_finished_run_that_is_resumed_only_measures_again()
    {
        var disk = Saves.Disk();
        var first = Train(ResumeRuns.Variant, disk, every: 0);

        var again = Train(ResumeRuns.Variant, disk, Saves.Search(disk).Newest);

        Assert.Equal(first.SequenceLosses, again.SequenceLosses);
        Assert.Equal(first.TrainLoss, again.TrainLoss);
    }

    [Fact]
    public void The_last_ones_and_the_best_are_on_disk_at_the_end()
    {
        var disk = Saves.Disk();

        var result = Train(ResumeRuns.Variant, disk, every: 4, keep: 2);

        var best = result.History.Where(report => report.ValidationLoss is not null).MinBy(report => report.ValidationLoss)!;
        Assert.Equal(best.Step, result.BestStep);
        var steps = new CheckpointStore(disk, Saves.Folder).Steps();
        Assert.Equal(12, steps[^1]);
        Assert.Contains(result.BestStep!.Value, steps);
        Assert.InRange(steps.Count, 2, 3);
    }

    [Fact]
    public void The_state_says_what_the_checkpoint_is_of()
    {
        var disk = Saves.Disk();
        Train(ResumeRuns.Variant, disk);

        var state = new CheckpointStore(disk, Saves.Folder).Open(5).State;

        Assert.Equal((5, nameof(ResumedMoe)), (state.Step, state.Variant));
        Assert.Equal(ResumeRuns.Variant.Declaration.Structure, state.Structure);
        Assert.Equal(ResumeRuns.Variant.Declaration.Full, state.Full);
        Assert.Equal(ResumeRuns.Model, state.Model);
        Assert.Equal(ResumeRuns.Config, state.Training! with { CheckpointEvery = 4, KeepLast = 3 });
        Assert.Equal(ResumeRuns.Corpus.Sha256, state.Corpus!.Sha256);
        Assert.Equal(256, state.Tokenizer.Vocabulary);
        Assert.Equal(5 * 8, state.Progress!.SamplerPosition);
        Assert.Equal(1, state.Machine.Threads);
        Assert.Contains("torchsharp", state.Versions.Keys);
    }

    /// <summary>Parameters, optimiser, buffers and averages are equal files; the state is equal without its times.</summary>
    internal static void AssertSame(
        IRunFiles expected, IRunFiles actual, long step, string expectedFolder = Saves.Folder, string actualFolder = Saves.Folder)
    {
        var (one, two) = (new CheckpointStore(expected, expectedFolder).Open(step), new CheckpointStore(actual, actualFolder).Open(step));
        var tensors = one.Files.Where(file => file.Name != Checkpoint.StateFile).ToList();
        Assert.Contains(tensors, file => file.Name == Checkpoint.OptimizerFile);
        Assert.Equal(tensors, two.Files.Where(file => file.Name != Checkpoint.StateFile));
        Assert.Equal(Timeless(one.State), Timeless(two.State));
    }

    private static string Timeless(CheckpointState state) => JsonSerializer.Serialize(
        state with
        {
            Training = ResumeRuns.Config,
            Progress = state.Progress! with
            {
                Meter = state.Progress.Meter with { Elapsed = default, Reported = default },
                History = [.. state.Progress.History.Select(Timeless)],
            },
        },
        RunJson.Indented);

    internal static string Text(TrainingProgress report) => JsonSerializer.Serialize(Timeless(report), RunJson.Line);

    internal static TrainingProgress Timeless(TrainingProgress report) => report with { TokensPerSecond = 0, Elapsed = default };

    private static TrainingResult Train(
        MoeVariant? variant, ModelDisk disk, Checkpoint? resume = null, (int Step, CancellationTokenSource Source)? stop = null,
        int every = 1, int keep = 20)
    {
        using var model = LanguageModel.Create(
            ResumeRuns.Model, variant, ResumeRuns.Config.Seed, compute: TorchSharp.torch.ScalarType.BFloat16);
        var storage = new TrainingStorage(disk, "/run") { Resume = resume };
        var config = ResumeRuns.Config with { CheckpointEvery = every, KeepLast = keep };
        return Trainer.Train(model, ResumeRuns.Corpus, config, storage, new StopAt(stop), stop?.Source.Token ?? default);
    }

    /// <summary>Asks to stop while a step is done, as a signal may.</summary>
    private sealed class StopAt((int Step, CancellationTokenSource Source)? stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == stop?.Step)
            {
                stop?.Source.Cancel();
            }
        }
    }
}
