using System.Globalization;
using Humanizer;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>What was trained, on what, when, and by which program: enough to make the study again.</summary>
internal static class TrainedSection
{
    public static ReportSection? Of(StudyRecord study)
    {
        var rows = Rows(study).Where(row => row.Value.Length > 0).ToList();
        return study.Cells.All(cell => cell.Config is null) ? null : new ReportSection(
            "trained",
            "What was trained",
            [
                ReportTable.Of(rows).Text("What", row => row.Name).Text("Value", row => row.Value).Make(
                    "trained",
                    "Every run's folder has all of it: `config.json` what decides the result, `origin.json` who made it and when. "
                        + "Times are UTC; a version's commit is that of the build.",
                    FigureTable.Of(rows)
                        .Text("what", row => row.Name).Text("value", row => row.Value.Replace("`", "", StringComparison.Ordinal)).Make()),
            ]);
    }

    private static IEnumerable<(string Name, string Value)> Rows(StudyRecord study)
    {
        var configs = study.Cells.Select(cell => cell.Config).OfType<CellConfig>().ToList();
        var origins = study.Cells.Select(cell => cell.Origin).OfType<CellOrigin>().ToList();
        var sittings = origins.SelectMany(origin => origin.Sittings).OrderBy(sitting => sitting.Started).ToList();
        return
        [
            ("Variants", string.Join(", ", study.Variants)),
            ("Seeds", string.Join(", ", study.Cells.Select(cell => cell.Seed).Distinct().Order())),
            ("Steps", Several(study.Cells.Where(cell => cell.Config is not null).Select(Steps))),
            ("Tokens", Several(study.Cells.Where(cell => cell.Config?.Model is not null).Select(cell => $"{Whole(Tokens(cell))} a run"))),
            ("Backbone", Several(configs.OrderBy(config => config.Variant == MoeVariant.Dense)
                .Select(config => config.Model is { } model ? Backbone(model) : ""))),
            ("Dense FFN", Several(configs.OrderBy(config => config.Variant == MoeVariant.Dense).Select(FeedForward))),
            ("Parameters", Parameters(study.Finished)),
            (study.IsText ? "Text" : "Data", Several(configs.Select(config => config.Corpus.Name))),
            ("Learner", Several(configs.Select(config => string.Join(
                ", ", (config.Learner ?? new Dictionary<string, string>()).Select(setting => $"{setting.Key} {setting.Value}"))))),
            (study.IsText ? "Text, tokens" : "Data, examples", Several(origins.Select(origin => origin.TrainTokens == 0
                ? $"{Whole(origin.HeldOutTokens)} held out"
                : $"{Whole(origin.TrainTokens)} to train on, {Whole(origin.HeldOutTokens)} held out"))),
            ("Tokenizer", Several(
                configs.Select(config => config.Tokenizer is { } made ? $"{made.Name}, {Whole(made.Vocabulary)} pieces" : ""))),
            ("When", When(sittings)),
            ("Command", Several(sittings.Select(sitting => $"`{sitting.Command}`"))),
            ("Program", Several(sittings.Select(sitting => Version(sitting.Program)))),
            ("LibMoE", Several(sittings.Select(sitting => Version(sitting.Libmoe)))),
        ];
    }

    /// <summary>Each thing once.</summary>
    private static string Several(IEnumerable<string> values) => string.Join("; ", values.Where(value => value.Length > 0).Distinct());

    private static string Steps(CellRecord cell)
    {
        var training = cell.Config!.Training;
        var early = cell.Result is { Steps: > 0 } result && result.Steps < training.Steps ? $" (ended after {Whole(result.Steps)})" : "";
        return cell.Config.Model is null
            ? $"{Whole(training.Steps)} of {"example".ToQuantity(training.Batch)}{early}"
            : $"{Whole(training.Steps)} of {"sequence".ToQuantity(training.Batch)} of {"token".ToQuantity(training.SequenceLength)}{early}";
    }

    private static long Tokens(CellRecord cell)
    {
        var training = cell.Config!.Training;
        long steps = cell.Result is { Steps: > 0 } result ? result.Steps : training.Steps;
        return steps * training.Batch * training.SequenceLength;
    }

    private static string Backbone(ModelConfig model) =>
        $"{"block".ToQuantity(model.Layers)} of width {Whole(model.Dim)}, {"head".ToQuantity(model.Heads)}, "
        + $"context {Whole(model.Context)}, vocabulary {Whole(model.Vocabulary)}"
        + (model.MoeBlocks is null
            ? ""
            : $"; mixtures in {(model.MoeBlockNumbers.Count == 1 ? "block" : "blocks")} {model.MoeBlockNumbers.Humanize("and")}");

    /// <summary>The baseline's is as wide as equal active parameters ask for.</summary>
    private static string FeedForward(CellConfig config) =>
        config.Model is null
            ? ""
            : $"width {Whole(config.Model.Hidden)}" + (config.Variant == MoeVariant.Dense ? " in the dense baseline" : "");

    private static string Parameters(IReadOnlyList<TrainingResult> finished) => finished.Count == 0 ? "" :
        $"{Range(finished.Select(run => run.TotalParameters))}, of which a token uses "
            + $"{Range(finished.Select(run => run.ActiveParameters))}";

    private static string Range(IEnumerable<long> values)
    {
        var (least, most) = (values.Min(), values.Max());
        return least == most ? Whole(least) : $"{Whole(least)} to {Whole(most)}";
    }

    private static string When(List<Sitting> sittings)
    {
        if (sittings.Count == 0)
        {
            return "";
        }

        var end = sittings.TrueForAll(sitting => sitting.Ended is not null)
            ? Time(sittings.Max(sitting => sitting.Ended!.Value))
            : "not ended, or cut off";
        return $"{Time(sittings[0].Started)} to {end}";
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>"1.0.0+f5dd4af…" in words.</summary>
    private static string Version(string version) =>
        version.Split('+', 2) is [var number, var commit] ? $"{number}, commit `{commit}`" : version;

    private static string Whole(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
