using Humanizer;
using LibMoE.Runtime.Hosting.Evaluations;
using LibMoE.Runtime.Models;
using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Reporting.Report;
using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Studies.Search;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>Trains the cells of a study, writes their results, and says what that means.</summary>
internal sealed class StudyRunner(
    RunOptions options, RunSettings settings, CellLoop loop, CellEvaluation evaluation, RankTeam team, IAnsiConsole console)
{
    /// <summary>Runs the plans as one study.</summary>
    /// <param name="plans">What to train, one plan for every combination of a grid's values.</param>
    /// <param name="defaultName">The run folder's name if the user chose none.</param>
    /// <param name="stop">Ends the study after the step that it is in; finished runs are in <c>results.json</c> by then.</param>
    /// <param name="preset">The question that the study answers; null for a plain comparison.</param>
    /// <returns><see cref="ExitCode.Done"/>, or <see cref="ExitCode.Failed"/> if a run failed.</returns>
    public async Task<int> RunAsync(
        IReadOnlyList<StudyPlan> plans, string defaultName, CancellationToken stop, StudyPreset? preset = null) =>
        RankTeam.IsFollower
            ? await FollowAsync(plans, stop).ConfigureAwait(false)
            : await team.LeadAsync(() => LeadAsync(plans, defaultName, preset, stop)).ConfigureAwait(false);

    private async Task<int> LeadAsync(IReadOnlyList<StudyPlan> plans, string defaultName, StudyPreset? preset, CancellationToken stop)
    {
        RefuseTaken();
        var study = await PrepareAsync(plans, stop).ConfigureAwait(false);
        return (await RunAsync(study, () => OpenFolder(defaultName), stop, preset).ConfigureAwait(false)).ExitCode;
    }

    /// <summary>Runs a study that is prepared.</summary>
    /// <param name="study">What to train.</param>
    /// <param name="open">Opens the run folder, once all is known that could be wrong.</param>
    /// <param name="stop">Ends the study after the step that it is in.</param>
    /// <param name="preset">The question that the study answers; null for a plain comparison.</param>
    public async Task<StudyOutcome> RunAsync(
        PreparedStudy study, Func<StudyFolder> open, CancellationToken stop, StudyPreset? preset = null)
    {
        team.RefuseSeveral();
        team.CheckBatches(study.Cells);
        team.CheckExperts(study.Cells);
        var texts = await Task.Run(() => CorpusFacts.Of(study.Cells.Select(cell => cell.Source.Text).OfType<Corpus>()), stop)
            .ConfigureAwait(false);
        var folder = open();
        using var held = RunLock.Take(DiskFiles.Instance, folder.Path);
        var cells = Begin(study, folder);
        console.WriteLine($"{"run".ToQuantity(cells.Count)} on {Data(study, texts)}, in {folder.Path}");
        Say(Notes(study, held, cells));
        var outcome = await loop.RunAsync(cells, folder, Save, stop).ConfigureAwait(false);
        if (outcome.Finished.Count > 0)
        {
            new StudyReport(outcome.Results(study), outcome.Finished, study.Notes, texts).WriteTo(console);
            console.WriteWhole($"Written to {folder.PathOf(StudyResults.FileName)}");
        }

        SayFailures(outcome);
        if (preset is not null && outcome.Finished.Count > 0)
        {
            PresetAnswer.Of(preset, study.Declared, outcome.Finished, folder).WriteTo(folder, console);
        }

        evaluation.Conclude(folder.Path, console);
        console.WriteWhole($"Report: {ReportWriter.Write(folder.Path)}");
        if (stop.IsCancellationRequested)
        {
            console.WriteWhole($"To continue: {settings.Continue(folder)}");
        }

        stop.ThrowIfCancellationRequested();
        return outcome;

        void Save(StudyOutcome soFar)
        {
            if (soFar.Finished.Count > 0)
            {
                folder.Write(StudyResults.FileName, soFar.Results(study).ToJson());
            }
        }
    }

    /// <summary>
    /// Trains one cell of a study, if it is not done, so that any scheduler can share a study out: processes may run side by side on one
    /// run folder, each with a cell of its own. Whoever comes first writes the manifest; the others must agree with it.
    /// </summary>
    /// <param name="plans">The whole study.</param>
    /// <param name="index">Which of its cells, from 0.</param>
    /// <param name="stop">Ends the run after the step that it is in.</param>
    /// <returns><see cref="ExitCode.Done"/>, or <see cref="ExitCode.Failed"/> if the run failed.</returns>
    /// <exception cref="ConfigurationException">There is no such cell, or the folder holds another study.</exception>
    public async Task<int> RunCellAsync(IReadOnlyList<StudyPlan> plans, int index, CancellationToken stop) => RankTeam.IsFollower
        ? await FollowAsync(plans, stop).ConfigureAwait(false)
        : await team.LeadAsync(() => LeadCellAsync(plans, index, stop)).ConfigureAwait(false);

    private async Task<int> FollowAsync(IReadOnlyList<StudyPlan> plans, CancellationToken stop)
    {
        var study = await Task.Run(() => PreparedStudy.Of(plans), stop).ConfigureAwait(false);
        using var evaluated = evaluation.Follow(study.Cells, ComputeDevice.Of(options.Device));
        return await team.FollowAsync(study.Cells, evaluated.Prepare, stop).ConfigureAwait(false);
    }

    private async Task<int> LeadCellAsync(IReadOnlyList<StudyPlan> plans, int index, CancellationToken stop)
    {
        var study = await Task.Run(() => PreparedStudy.Of(plans), stop).ConfigureAwait(false);
        if (StudyFolder.Known(options, "") is { } known && SearchRecord.IsIn(known) && CellManifest.Find(known) is { } part)
        {
            study = study.Only(part);
        }

        if (index < 0 || index >= study.Cells.Count)
        {
            throw new ConfigurationException($"Study:Index is {index}; this study has cells 0 to {study.Cells.Count - 1}.");
        }

        team.CheckBatches([study.Cells[index]]);
        team.CheckExperts([study.Cells[index]]);
        var folder = StudyFolder.Open(options, create: true);
        if (CellManifest.Find(folder) is { } written)
        {
            written.RefuseOther(study.Manifest, folder);
        }
        else
        {
            study.Manifest.WriteTo(folder);
            settings.WriteTo(folder);
        }

        await evaluation.PrepareAsync(study.Plans.SelectMany(plan => plan.Variants), stop).ConfigureAwait(false);
        var cells = CellStarts.Find(folder, [study.Cells[index]], []);
        Say(cells[0].Start.Notes);
        var outcome = await loop.RunAsync(cells, folder, _ => { }, stop).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        SayFailures(outcome);
        return outcome.ExitCode;
    }

    /// <summary>Writes down the cells and trains none.</summary>
    /// <param name="plans">What the study is of.</param>
    /// <param name="defaultName">The run folder's name if the user chose none.</param>
    /// <param name="stop">Ends the reading of the texts.</param>
    public async Task<int> WriteManifestAsync(IReadOnlyList<StudyPlan> plans, string defaultName, CancellationToken stop)
    {
        RefuseTaken();
        var study = await Task.Run(() => PreparedStudy.Of(plans), stop).ConfigureAwait(false);
        var folder = OpenFolder(defaultName);
        foreach (var cell in Begin(study, folder))
        {
            console.WriteLine($"{cell.Row.Index}: {cell.Row}");
        }

        console.WriteWhole($"Written to {folder.PathOf(CellManifest.FileName)}");
        return ExitCode.Done;
    }

    private async Task<PreparedStudy> PrepareAsync(IReadOnlyList<StudyPlan> plans, CancellationToken stop)
    {
        await evaluation.PrepareAsync(plans.SelectMany(plan => plan.Variants), stop).ConfigureAwait(false);
        return await Task.Run(() => PreparedStudy.Of(plans), stop).ConfigureAwait(false);
    }

    private static string Data(PreparedStudy study, IReadOnlyList<CorpusFacts> texts) => texts.Count > 0
        ? texts.Select(text => text.ToString()).Humanize("and")
        : study.Cells.Select(cell => cell.Source.Data.Name).Distinct().Humanize("and");

    private void Say(IEnumerable<string> notes)
    {
        foreach (var note in notes)
        {
            console.WriteWhole(note);
        }
    }

    private void SayFailures(StudyOutcome outcome) => Say(outcome.Failed.Select(failed => $"{failed.Cell}, failed: {failed.Reason}"));

    private void RefuseTaken()
    {
        if (!options.Resume)
        {
            StudyFolder.RefuseTaken(options);
        }
    }

    private StudyFolder OpenFolder(string defaultName) =>
        options.Resume ? StudyFolder.Find(options, defaultName) : StudyFolder.Create(options, defaultName);

    /// <summary>Finds where each cell begins, and writes the manifest once nothing speaks against it.</summary>
    private IReadOnlyList<PlannedCell> Begin(PreparedStudy study, StudyFolder folder)
    {
        var cells = options.Resume && study.Cells is [var only]
            ? [GoOn(only, folder)]
            : CellStarts.Find(folder, study.Cells, options.AllowedChanges);
        study.Manifest.WriteTo(folder);
        settings.WriteTo(folder);
        return cells;
    }

    /// <summary>A study may grow and leaves alone what is done; a single run continues with what it was started with.</summary>
    private PlannedCell GoOn(PlannedCell only, StudyFolder folder)
    {
        folder.RefuseOtherCell(only.Cell.Variant.Name, only.Cell.Seed);
        return CellStarts.GoOn(folder, only, options.AllowedChanges);
    }

    private IEnumerable<string> Notes(PreparedStudy study, RunLock held, IReadOnlyList<PlannedCell> cells) =>
    [
        .. study.Cells.SelectMany(cell => cell.Source.Notes).Distinct(),
        .. evaluation.Notes(study.Plans.SelectMany(plan => plan.Variants).DistinctBy(variant => variant.Name)),
        .. settings.Notes,
        .. held.TakenOver is { } owner ? [$"The run was left by {owner}, which ended without a word."] : Array.Empty<string>(),
        .. cells.SelectMany(cell => cell.Start.Notes),
        .. team.Notes(cells),
    ];
}
