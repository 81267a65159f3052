using System.Globalization;
using System.Text.Json;
using Humanizer;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Training;

/// <summary>Ends a run whose numbers stay bad: writes the diagnosis and words the failure.</summary>
internal static class NonFiniteFailure
{
    /// <summary>The failure of a run that has just skipped its last allowed step.</summary>
    /// <param name="run">The run.</param>
    /// <param name="figures">The figures of the step.</param>
    /// <param name="storage">Where the diagnosis is written; null writes none.</param>
    /// <exception cref="StorageException">The diagnosis could not be written.</exception>
    public static TrainingFailedException Of(TrainingRun run, StepFigures figures, TrainingStorage? storage)
    {
        var report = NonFiniteSearch.Look(run, figures);
        var written = "";
        if (storage is not null)
        {
            var path = Path.Combine(storage.Folder, NonFiniteReport.FileName);
            storage.Files.WriteAtomically(path, JsonSerializer.SerializeToUtf8Bytes(report, RunJson.Indented));
            written = $"; see {path}";
        }

        return new TrainingFailedException(string.Create(
            CultureInfo.InvariantCulture,
            $"Training of {run.Learner.Name} stopped at step {report.Step}, "
                + $"the {report.SkippedInARow.ToOrdinalWords(CultureInfo.InvariantCulture)} in a row that is not finite: the loss is "
                + $"{figures.Loss}, the balancing terms {figures.AuxiliaryLoss}, the gradient norm {figures.GradientNorm}. It begins in "
                + $"{report.Place}{written}. Try a lower Training:LearningRate than {run.Config.LearningRate} or a longer Training:Warmup "
                + $"than {run.Config.Warmup}."));
    }
}
