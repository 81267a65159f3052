namespace LibMoE.Distributed.Tests.Workers;

/// <summary>Trains through the trainer, in a folder that all ranks see: <c>resume FOLDER STEPS [from]</c>.</summary>
internal static class ResumeWorker
{
    public static int Run(Ranks ranks, string[] arguments)
    {
        var (folder, steps) = (arguments[0], int.Parse(arguments[1], System.Globalization.CultureInfo.InvariantCulture));
        var config = Subject.Config() with { CheckpointEvery = 5, Steps = Subject.Steps, ValidateEvery = 10 };
        Directory.CreateDirectory(folder);
        using var stop = new CancellationTokenSource();
        var storage = new TrainingStorage(DiskFiles.Instance, folder);
        storage = storage with { Resume = storage.Checkpoints.Newest().Newest };
        Console.WriteLine($"rank {ranks.Rank} from step {storage.Resume?.Step ?? 0}");
        using var model = LanguageModel.Create(Subject.Backbone, MoeVariant.Of<BiasMoe>(), seed: 3, ranks: ranks);

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

        return 0;
    }

    private sealed class Watch(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
