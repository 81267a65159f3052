using System.Globalization;
using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>Loss against FLOPs, and the variants that nothing else beats in both; where at least three numbers of FLOPs were
/// tried.</summary>
internal static class ParetoSection
{
    private const string Steps = "Training:Steps";
    private const string OnFront = "Pareto front";
    private const string Beaten = "beaten in both";

    /// <summary>Settings under which losses are of something else, and are not compared.</summary>
    private static readonly string[] OtherLosses = ["Corpus:", "Training:SequenceLength", "Training:ValidationSequences"];

    public static ReportSection? Of(StudyRecord study)
    {
        var variants = Comparable(study.Results?.Variants ?? []);
        if (variants.Select(variant => variant.FlopsPerToken).Distinct().Count() < 3)
        {
            return null;
        }

        var front = Hypervolume.Front(variants.Select(Point)).ToHashSet();
        List<VariantResult> best = [.. variants.Where(variant => front.Contains(Point(variant))).OrderBy(variant => variant.FlopsPerToken)];
        List<VariantResult> ordered = [.. best, .. variants.Except(best)];
        var data = FigureTable.Of(ordered)
            .Text("variant", variant => variant.Name)
            .Text("front", variant => best.Contains(variant) ? OnFront : Beaten)
            .Text("curve", variant => best.Contains(variant) ? OnFront : variant.Name)
            .Number("flops_per_token", variant => variant.FlopsPerToken)
            .Number("validation_loss", variant => variant.ValidationLoss)
            .Make();
        return new ReportSection("pareto", "Loss against FLOPs",
        [
            new ChartPart(new LineChart(
                "pareto", "Validation loss against FLOPs per token",
                "A point is a variant, means over its seeds. Nothing on the front is beaten in loss and FLOPs at once; small differences "
                    + "in loss between neighbours may be noise.",
                data)
            {
                X = "flops_per_token",
                Y = "validation_loss",
                Series = "front",
                Line = "curve",
                XTitle = "FLOPs per token, forward",
                YTitle = $"validation loss, {study.LossUnit}",
            }),
            Table(best, variants.Count),
        ]);
    }

    /// <summary>What was trained with as many steps, and whose loss is of the same: a search by halving has others.</summary>
    private static List<VariantResult> Comparable(IReadOnlyList<VariantResult> variants)
    {
        var most = variants.Select(StepsOf).DefaultIfEmpty().Max();
        var keys = variants.SelectMany(variant => variant.Settings?.Keys ?? []).Distinct();
        return keys.Any(key => OtherLosses.Any(other => key.StartsWith(other, StringComparison.Ordinal)))
            ? []
            : [.. variants.Where(variant =>
                StepsOf(variant) == most && variant.SeesOtherTokens is null && double.IsFinite(variant.ValidationLoss))];
    }

    private static (double Flops, double Loss) Point(VariantResult variant) => (variant.FlopsPerToken, variant.ValidationLoss);

    private static int StepsOf(VariantResult variant) =>
        int.TryParse(variant.Settings?.GetValueOrDefault(Steps), NumberStyles.Integer, CultureInfo.InvariantCulture, out var steps)
            ? steps
            : 0;

    private static ReportTable Table(List<VariantResult> best, int all) => ReportTable.Of(best)
        .Text("Variant", variant => variant.Name)
        .Number("FLOPs / token", variant => Figures.Count(variant.FlopsPerToken))
        .Number("Validation loss", variant => Figures.Loss(variant.ValidationLoss, variant.ValidationLossStdErr))
        .Number("Parameters", variant => Figures.Count(variant.TotalParameters))
        .Make(
            "pareto-front", string.Create(CultureInfo.InvariantCulture, $"The Pareto front: {best.Count} of {all} variants."),
            FigureTable.Of(best)
                .Text("variant", variant => variant.Name)
                .Number("flops_per_token", variant => variant.FlopsPerToken)
                .Number("validation_loss", variant => variant.ValidationLoss)
                .Number("validation_loss_std_err", variant => variant.ValidationLossStdErr)
                .Number("total_parameters", variant => variant.TotalParameters)
                .Make());
}
