using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>What the loss and the tasks lose when routing is disturbed: how much the model needs its router,
/// and each of its experts.</summary>
internal static class PerturbationsSection
{
    public static ReportSection? Of(StudyRecord study)
    {
        var results =
            study.Analysed.SelectMany(cell => cell.Analysis!.Perturbations.Select(result => (Cell: cell, Result: result))).ToList();
        var whole = results.Where(row => row.Result is { Block: null, Expert: null }).ToList();
        var omitted = string.Concat(study.Analysed.SelectMany(cell => cell.Analysis!.OmittedPerturbations)
            .GroupBy(omitted => omitted.Reason)
            .Select(group => $" Left out: {string.Join(", ", group.Select(PerturbationNames.Of).Distinct())}, since {group.Key}."));
        IReportPart[] parts =
        [
            .. Bars(whole, omitted, "perturbations", "Loss with disturbed routing, minus the loss without",
                "Change in held-out loss", study.LossUnit, result => new PairedDifference(result.Difference, result.StandardError)),
            .. whole.SelectMany(row => row.Result.Tasks.Keys).Distinct().SelectMany(task => Bars(
                whole, omitted, Slug.Of("perturbations", task), $"{task} with disturbed routing, minus the score without",
                "Change in score", "points of 1", result => result.Tasks.GetValueOrDefault(task))),
            .. Ablations(study),
        ];
        return parts.Length == 0 ? null : new ReportSection("perturbations", "What disturbing the routing costs", parts);
    }

    private static IEnumerable<IReportPart> Bars(
        List<(CellRecord Cell, PerturbationResult Result)> results, string omitted, string id, string title, string valueTitle,
        string unit, Func<PerturbationResult, PairedDifference?> difference)
    {
        var rows = results
            .Where(row => difference(row.Result) is not null)
            .OrderBy(row => PerturbationNames.Place(row.Result))
            .ThenBy(row => row.Result.Value)
            .GroupBy(row => (row.Cell.Variant, Name: PerturbationNames.Of(row.Result)), row => difference(row.Result)!)
            .Select(group => (group.Key.Variant, group.Key.Name, Over: SeedMean.Of([.. group])))
            .ToList();
        return rows.Count == 0 ? [] :
        [
            new ChartPart(new IntervalChart(
                id,
                title,
                "Nothing is trained again. Bars are 95 % intervals by Student's t, paired over the held-out items and, where there "
                    + "are several, over seeds. "
                    + "Little loss with random experts says that routing does little; much loss with another K that the weights are "
                    + "tuned to their own. A gate without a bar cannot be disturbed so."
                    + omitted,
                FigureTable.Of(rows)
                    .Text("perturbation", row => row.Name)
                    .Text("variant", row => row.Variant)
                    .Number("difference", row => row.Over.Mean)
                    .Number("half_interval", row => row.Over.Reach())
                    .Make())
            {
                Category = "perturbation",
                Value = "difference",
                Error = "half_interval",
                Series = "variant",
                ValueTitle = $"{valueTitle}, {unit}",
                Reference = 0,
            }),
        ];
    }

    private static IEnumerable<IReportPart> Ablations(StudyRecord study)
    {
        var rows =
            (from cell in study.AnalysedOnce
             from result in cell.Analysis!.Perturbations
             where result is { Block: not null, Expert: not null }
             select (
                 Layer: FormattableString.Invariant($"{cell.Variant} · {result.Block}"),
                 Expert: FormattableString.Invariant($"{result.Expert}"),
                 result.Difference,
                 result.StandardError)).ToList();
        if (rows.Count == 0)
        {
            yield break;
        }

        var most = Math.Max(rows.Max(row => Math.Abs(row.Difference)), 1e-6);
        yield return new ChartPart(new HeatMap(
            "expert-ablations", "Loss without one expert, minus the loss with it",
            "Each cell takes one expert of one block away and lets the next rank, where the gate has one, take its place; "
                + "first seed of each variant. A cell near 0 is an expert that the model can do without, a blue one an "
                + "expert that does harm.",
            FigureTable.Of(rows)
                .Text("layer", row => row.Layer)
                .Text("expert", row => row.Expert)
                .Number("difference", row => row.Difference)
                .Number("std_err", row => row.StandardError)
                .Make())
        {
            X = "expert",
            Y = "layer",
            Value = "difference",
            XTitle = "Expert",
            YTitle = "Variant · block",
            ValueTitle = "change in loss, nats per token",
            Least = -most,
            Most = most,
            Neutral = 0,
            CrossesZero = false,
        });
    }
}
