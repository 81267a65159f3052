using LibMoE.Runtime.Hosting.Evaluations;
using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Studies;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>
/// Trains one cell of a study, so that any scheduler can share a study out: processes may run side by side on one run folder, each with
/// a cell of its own. Whoever comes first writes the manifest; the others must agree with it.
/// </summary>
internal sealed class SingleCell(RunOptions options, CellLoop loop, CellEvaluation evaluation, IAnsiConsole console)
{
    /// <summary>Trains the cell, if it is not done.</summary>
    /// <param name="plans">The whole study.</param>
    /// <param name="index">Which of its cells, from 0.</param>
    /// <param name="stop">Ends the run after the step that it is in.</param>
    /// <returns><see cref="ExitCode.Done"/>, or <see cref="ExitCode.Failed"/> if the run failed.</returns>
    /// <exception cref="ConfigurationException">There is no such cell, or the folder holds another study.</exception>
    public async Task<int> RunAsync(IReadOnlyList<StudyPlan> plans, int index, CancellationToken stop)
    {
        var study = await Task.Run(() => PreparedStudy.Of(plans), stop).ConfigureAwait(false);
        if (index < 0 || index >= study.Cells.Count)
        {
            throw new ConfigurationException($"Study:Index is {index}; this study has cells 0 to {study.Cells.Count - 1}.");
        }

        var folder = StudyFolder.Open(options, create: true);
        if (CellManifest.Find(folder) is { } written)
        {
            written.RefuseOther(study.Manifest, folder);
        }
        else
        {
            study.Manifest.WriteTo(folder);
        }

        await evaluation.PrepareAsync(stop).ConfigureAwait(false);
        var cells = CellStarts.Find(folder, [study.Cells[index]], []);
        foreach (var note in cells[0].Start.Notes)
        {
            console.WriteWhole(note);
        }

        var outcome = await loop.RunAsync(cells, folder, _ => { }, stop).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        foreach (var (cell, reason) in outcome.Failed)
        {
            console.WriteWhole($"{cell}, failed: {reason}");
        }

        return outcome.Failed.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
