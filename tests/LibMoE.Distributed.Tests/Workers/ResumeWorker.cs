using System.Diagnostics;
using System.Globalization;

namespace LibMoE.Distributed.Tests.Workers;

/// <summary>
/// Trains through the trainer, in a folder that all ranks see: <c>resume FOLDER STEPS [split] [full] [kill:RANK:MS]</c>. With <c>split</c>
/// each rank has a part of the optimiser's state; with <c>full</c> the last rank's disk is full when it comes to write its part at step 10;
/// with <c>kill</c> a rank is killed so many milliseconds after it has begun to train.
/// </summary>
internal static class ResumeWorker
{
    public static int Run(Ranks ranks, string[] arguments)
    {
        var (folder, steps) = (arguments[0], int.Parse(arguments[1], CultureInfo.InvariantCulture));
        var config = Subject.Config() with { CheckpointEvery = 5, Steps = Subject.Steps, ValidateEvery = 10 };
        Directory.CreateDirectory(folder);
        using var stop = new CancellationTokenSource();
        ranks.Options = ranks.Options with { SplitOptimizer = arguments.Contains("split") };
        IRunFiles files = DiskFiles.Instance;
        if (arguments.Contains("full") && ranks.Rank == ranks.Size - 1)
        {
            files = new FullDisk(files);
        }

        var storage = new TrainingStorage(files, folder);
        storage = storage with { Resume = storage.Checkpoints.Newest().Newest };
        Console.WriteLine($"rank {ranks.Rank} from step {storage.Resume?.Step ?? 0}");
        using var model = LanguageModel.Create(Subject.Backbone, MoeVariant.Of<BiasMoe>(), seed: 3, ranks: ranks);

        using var killer = Killer(ranks, arguments);

        // Only the first rank is asked to stop; all do.
        var watch = new Watch(progress =>
        {
            if (progress.Step >= steps)
            {
                stop.Cancel();
            }
        });
        try
        {
            var result = Trainer.Train(model, Subject.Text(), config with { LogEvery = 1 }, ranks, storage, watch, stop.Token);
            Console.WriteLine($"rank {ranks.Rank} loss {result.ValidationLoss:R}");
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine($"rank {ranks.Rank} stopped");
        }
        catch (StorageException failed)
        {
            Console.WriteLine($"rank {ranks.Rank} could not save: {failed.Message}");
        }

        return 0;
    }

    /// <summary>A timer that ends this process as SIGKILL does, in whatever it is; null for another rank.</summary>
    private static Timer? Killer(Ranks ranks, string[] arguments)
    {
        var kill = arguments.FirstOrDefault(argument => argument.StartsWith("kill:", StringComparison.Ordinal))?.Split(':');
        return kill is null || int.Parse(kill[1], CultureInfo.InvariantCulture) != ranks.Rank
            ? null
            : new Timer(
                _ => Process.GetCurrentProcess().Kill(), null, int.Parse(kill[2], CultureInfo.InvariantCulture), Timeout.Infinite);
    }

    private sealed class Watch(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
