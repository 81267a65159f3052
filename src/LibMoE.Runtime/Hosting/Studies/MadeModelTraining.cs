using LibMoE.Runtime.Hosting.Evaluations;
using LibMoE.Runtime.Studies;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>Trains on a model that was made of another, and says where it lies.</summary>
internal sealed class MadeModelTraining(CellEvaluation evaluation, Lazy<StudyRunner> runner, IAnsiConsole output)
{
    /// <summary>Trains it, where that was asked for.</summary>
    /// <param name="study">Its training; null for none.</param>
    /// <param name="folder">The run.</param>
    /// <param name="variant">What the model is called.</param>
    /// <param name="seed">Its seed.</param>
    /// <param name="stop">Ends the training after the step that it is in.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(PreparedStudy? study, StudyFolder folder, string variant, long seed, CancellationToken stop)
    {
        var exitCode = ExitCode.Done;
        if (study is not null)
        {
            await evaluation.PrepareAsync([], stop).ConfigureAwait(false);
            var outcome = await runner.Value.RunAsync(study, () => folder, stop).ConfigureAwait(false);
            exitCode = outcome.ExitCode;
            foreach (var result in outcome.Finished)
            {
                output.WriteLoss($"trained for {result.Steps} steps", result.ValidationLoss, result.ValidationLossStdErr);
            }
        }

        output.WriteLine($"Written to {folder.Cell(variant, seed).Path}");
        return exitCode;
    }
}
