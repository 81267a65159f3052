using System.Globalization;
using Humanizer;
using LibMoE.Runtime;
using LibMoE.Runtime.Reporting.Report.Records;

namespace LibMoE.Dashboard.Alerts;

/// <summary>What is wrong with the runs of a study right now. A new rule is one row of the table and one test.</summary>
internal static class RoutingAlerts
{
    private static readonly (AlertKind Kind, Func<WatchedRun, IEnumerable<(string Place, string Text)>> Finds)[] Table =
    [
        (AlertKind.RunFailed, Failed),
        (AlertKind.LossNotFinite, NotFinite),
        (AlertKind.DeadExpert, Dead),
        (AlertKind.LoadViolation, Violation),
        (AlertKind.RoutingDrift, Drift),
        (AlertKind.Rule, run => run.Rules.Of(run.Cell)),
    ];

    /// <summary>Everything that applies, run by run.</summary>
    /// <param name="study">The study.</param>
    /// <param name="reference">The study that it is compared with; null for none.</param>
    /// <param name="options">The thresholds.</param>
    /// <param name="rules">The user's own alerts; null for none.</param>
    public static IReadOnlyList<Alert> Of(
        StudyRecord study, StudyRecord? reference, DashboardOptions options, AlertRules? rules = null) =>
    [
        .. from cell in study.Cells
           let run = new WatchedRun(
               cell, reference?.Cells.FirstOrDefault(other => other.Variant == cell.Variant && other.Seed == cell.Seed), options,
               rules ?? AlertRules.None)
           from rule in Table
           from found in rule.Finds(run)
           select new Alert(rule.Kind, cell.Label, found.Text, found.Place),
    ];

    private static IEnumerable<(string Place, string Text)> Failed(WatchedRun run) =>
        run.Cell.Status == CellStatus.Failed ? [("", $"the run failed: {run.Cell.Reason}")] : [];

    private static IEnumerable<(string Place, string Text)> NotFinite(WatchedRun run) =>
        run.IsOurs && run.Cell.Progress.FirstOrDefault(report => !double.IsFinite(report.Loss)) is { } report
        ? [("", FormattableString.Invariant($"the loss is not a number since step {report.Step}."))]
        : [];

    private static IEnumerable<(string Place, string Text)> Dead(WatchedRun run)
    {
        var last = run.Cell.Progress.TakeLast(run.Options.DeadAfter).ToList();
        if (last.Count < run.Options.DeadAfter)
        {
            yield break;
        }

        foreach (var block in run.CountedBlocks)
        {
            var dead = Enumerable.Range(0, last[^1].Blocks[block].Picks!.Count)
                .Where(expert => last.All(report => report.Blocks[block].Picks![expert] == 0)).ToList();
            if (dead.Count > 0)
            {
                yield return (run.Place(block), string.Create(CultureInfo.InvariantCulture,
                    $"{(dead.Count == 1 ? "expert" : "experts")} {dead.Humanize("and")} of block {run.Cell.BlockOf(block)} got no "
                        + $"token in the last {last.Count} reports, to step {last[^1].Step}."));
            }
        }
    }

    private static IEnumerable<(string Place, string Text)> Violation(WatchedRun run)
    {
        foreach (var block in run.CountedBlocks)
        {
            var picks = run.Cell.Progress[^1].Blocks[block].Picks!;
            if (picks.Sum() > 0 && LoadViolation.Of([.. picks]) is var violation && violation > run.Options.MaxViolation)
            {
                yield return (run.Place(block), string.Create(CultureInfo.InvariantCulture,
                    $"load violation of block {run.Cell.BlockOf(block)} is {violation:F2} at step {run.Cell.Progress[^1].Step}, above "
                        + $"{run.Options.MaxViolation}: expert {picks.Index().MaxBy(pick => pick.Item).Index} gets {violation + 1:F1} "
                        + $"times its even share."));
            }
        }
    }

    private static IEnumerable<(string Place, string Text)> Drift(WatchedRun run)
    {
        var step = run.Cell.Progress is [.., var now] ? now.Step : 0;
        if (run.Reference?.Progress.LastOrDefault(report => report.Step <= step) is not { } then)
        {
            yield break;
        }

        foreach (var block in run.CountedBlocks.Where(block => block < then.Blocks.Count && then.Blocks[block].Picks is not null))
        {
            var (here, there) =
                (ExpertShare.Of([.. run.Cell.Progress[^1].Blocks[block].Picks!]), ExpertShare.Of([.. then.Blocks[block].Picks!]));
            var distance = here.Length == there.Length ? here.Zip(there, (one, other) => Math.Abs(one - other)).Sum() / 2 : 1;
            if (distance > run.Options.MaxDrift)
            {
                yield return (run.Place(block), string.Create(CultureInfo.InvariantCulture,
                    $"{100 * distance:F0} % of the picks of block {run.Cell.BlockOf(block)} go to other experts than in the reference "
                        + $"run at step {then.Step}; {100 * run.Options.MaxDrift:F0} % are allowed."));
            }
        }
    }

    /// <summary>A run under watch.</summary>
    /// <param name="Cell">The run.</param>
    /// <param name="Reference">The run of the same variant and seed that it is compared with; null for none.</param>
    /// <param name="Options">The thresholds.</param>
    /// <param name="Rules">The user's own alerts.</param>
    private sealed record WatchedRun(CellRecord Cell, CellRecord? Reference, DashboardOptions Options, AlertRules Rules)
    {
        /// <summary>Whether a program of ours trained it: an imported curve has gaps, which are no divergence.</summary>
        public bool IsOurs => Cell.Config is not null;

        /// <summary>A block by its number in the model.</summary>
        public string Place(int block) => FormattableString.Invariant($"block {Cell.BlockOf(block)}");

        /// <summary>The MoE blocks whose gates count picks.</summary>
        public IEnumerable<int> CountedBlocks => Cell.Progress is [.., var last]
            ? last.Blocks.Index().Where(block => block.Item.Picks is not null).Select(block => block.Index)
            : [];
    }
}
