using System.Globalization;
using LibMoE.Runtime.Hosting.Evaluations;
using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Reporting.Report;
using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Studies.Search;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>Trains the trials of a search as cells of a run folder, and says what was found.</summary>
internal sealed class SearchRunner(
    RunOptions options, RunSettings settings, SearchSettings search, CellLoop loop, CellEvaluation evaluation, RankTeam team,
    IAnsiConsole console)
{
    /// <summary>Searches until the budget is spent.</summary>
    /// <param name="plan">What can be tried.</param>
    /// <param name="defaultName">The run folder's name if the user chose none.</param>
    /// <param name="stop">Ends the search after the step that it is in; the command that is printed goes on with it.</param>
    /// <returns><see cref="ExitCode.Done"/>, or <see cref="ExitCode.Failed"/> if a training failed.</returns>
    public async Task<int> RunAsync(SearchPlan plan, string defaultName, CancellationToken stop)
    {
        team.RefuseSeveral();
        if (!options.Resume)
        {
            StudyFolder.RefuseTaken(options);
        }

        await evaluation.PrepareAsync(plan.Plans.SelectMany(one => one.Variants), stop).ConfigureAwait(false);
        var study = await Task.Run(() => PreparedStudy.Of(plan.Plans), stop).ConfigureAwait(false);
        var folder = options.Resume ? StudyFolder.Find(options, defaultName) : StudyFolder.Create(options, defaultName);
        using var held = RunLock.Take(DiskFiles.Instance, folder.Path);
        settings.WriteTo(folder);
        new SearchRecord(search.Chosen.Name, search.Budget, search.Halving, search.Seed).WriteTo(folder);
        Say([Begin(plan, folder), .. study.Cells.SelectMany(cell => cell.Source.Notes).Concat(settings.Notes).Distinct()]);
        return search.PlanOnly ? Plan(plan, study, folder) : await TrainAsync(plan, study, folder, stop).ConfigureAwait(false);
    }

    /// <summary>Writes down what can be tried before results of others are needed, and lists what of it is to be trained.</summary>
    private int Plan(SearchPlan plan, PreparedStudy study, StudyFolder folder)
    {
        var (trials, rows, open) = (new SearchTrials(plan, search), new List<ManifestCell>(), new List<ManifestCell>());
        try
        {
            foreach (var (member, rung) in trials.Next())
            {
                var cells = Cells(plan.CellsOf(study, plan.Members[member], rung), rows.Count);
                rows.AddRange(cells.Select(cell => cell.Row));
                open.AddRange(cells.Select(cell => cell.Row).Where(row => !HasEnded(row)));
                List<TrainingResult> done = [.. cells.Select(cell => CellResults.Find(folder, cell.Row)).OfType<TrainingResult>()];
                trials.Add(new SearchTrial(
                    member, rung, cells.All(cell => HasEnded(cell.Row)) ? SearchTrials.ScoreOf(done, cells) : null));
            }
        }
        catch (TrialPendingException)
        {
            // The next plan goes on from here.
        }

        new CellManifest(rows).WriteTo(folder);
        Say([
            .. open.Select(row => $"{row.Index}: {row}"),
            $"Written to {folder.PathOf(CellManifest.FileName)}",
            open.Count > 0 ? $"Train these by 'run-cell --index N'; '{settings.Continue(folder)} --plan' then lists the next."
                : $"Every trial is done; '{settings.Continue(folder)}' says what was found.",
        ]);
        return ExitCode.Done;

        bool HasEnded(ManifestCell row) =>
            CellResults.Find(folder, row) is not null || folder.Read($"{row.Folder}/{CellFiles.Error}") is not null;
    }

    private async Task<int> TrainAsync(SearchPlan plan, PreparedStudy study, StudyFolder folder, CancellationToken stop)
    {
        var trials = new SearchTrials(plan, search);
        var outcome = await TrainAsync(plan, study, trials, folder, stop).ConfigureAwait(false);
        Say(outcome.Failed.Select(failed => $"{failed.Cell}, failed: {failed.Reason}"));
        if (trials.Best.Count > 0)
        {
            SearchTable.Write(console, plan, trials, study.Cells[0].Cell.Training);
        }

        evaluation.Conclude(folder.Path, console);
        console.WriteWhole($"Report: {ReportWriter.Write(folder.Path)}");
        if (stop.IsCancellationRequested)
        {
            console.WriteWhole($"To continue: {settings.Continue(folder)}");
        }

        stop.ThrowIfCancellationRequested();
        return outcome.ExitCode;
    }

    private async Task<StudyOutcome> TrainAsync(
        SearchPlan plan, PreparedStudy study, SearchTrials trials, StudyFolder folder, CancellationToken stop)
    {
        var (outcome, rows) = (new StudyOutcome(), new List<ManifestCell>());
        foreach (var (member, rung) in trials.Next())
        {
            var cells = CellStarts.Find(
                folder, Cells(plan.CellsOf(study, plan.Members[member], rung), rows.Count), options.AllowedChanges);
            rows.AddRange(cells.Select(cell => cell.Row));
            Keep(rows, folder);
            var made = await loop.RunAsync(cells, folder, _ => { }, stop).ConfigureAwait(false);
            outcome.Finished.AddRange(made.Finished);
            outcome.Failed.AddRange(made.Failed);
            if (outcome.Finished.Count > 0)
            {
                folder.Write(StudyResults.FileName, outcome.Results(study).ToJson());
            }

            if (stop.IsCancellationRequested)
            {
                break;
            }

            trials.Add(new SearchTrial(member, rung, SearchTrials.ScoreOf(made.Finished, cells)));
            console.WriteWhole(string.Create(CultureInfo.InvariantCulture,
                $"Trial {trials.Made.Count} of at most {trials.Planned}: loss {Figures.Loss(trials.Made[^1].Loss)}")
                + (trials.Best is [var best, ..]
                    ? $", the best so far {Figures.Loss(best.Loss)} of {plan.Members[best.Member].Label}"
                    : ""));
        }

        return outcome;
    }

    /// <summary>Writes the cells down; those that an interrupted search had planned beyond them stay until they are reached.</summary>
    private static void Keep(List<ManifestCell> rows, StudyFolder folder)
    {
        var before = CellManifest.Find(folder)?.Cells ?? [];
        if (before.Count <= rows.Count || !before.Take(rows.Count).Select(row => row.Hash).SequenceEqual(rows.Select(row => row.Hash)))
        {
            new CellManifest(rows).WriteTo(folder);
        }
    }

    /// <summary>A trial's cells with their places in the manifest.</summary>
    private static IReadOnlyList<PlannedCell> Cells(IReadOnlyList<PlannedCell> tried, int first) =>
        [.. tried.Select((cell, place) => new PlannedCell(first + place, cell.Cell, cell.Source, cell.Config))];

    private void Say(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            console.WriteWhole(line);
        }
    }

    private string Begin(SearchPlan plan, StudyFolder folder) => string.Create(CultureInfo.InvariantCulture,
        $"Searching {plan.Members.Count} declarations and settings by {search.Chosen.Name}: ")
        + string.Join(", then ", plan.Rungs.Select(rung => string.Create(CultureInfo.InvariantCulture,
            $"{Math.Min(rung.Trials, plan.Members.Count)} trials of {rung.Steps} steps")))
        + $", in {folder.Path}";
}
