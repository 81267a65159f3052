using Spectre.Console;
using Spectre.Console.Rendering;

namespace LibMoE.Runtime.Reporting;

/// <summary>
/// The table at the end of a study: one row per variant, means over its seeds. Bold rows are significantly below the dense baseline; a star
/// marks what sees later tokens.
/// </summary>
internal static class ResultTable
{
    private const int Roomy = 100;

    /// <summary>So many metrics a screen holds; <c>results.json</c> and the report have all.</summary>
    private const int Metrics = 3;

    private static readonly (string Header, Func<VariantResult, double, string> Cell)[] Sizes =
    [
        ("Variant", (variant, _) => variant.SeesOtherTokens is null ? variant.Name : variant.Name + " *"),
        ("Para-\nmeters", (variant, _) => Figures.Count(variant.TotalParameters)),
        ("Active\n", (variant, _) => Figures.Count(variant.ActiveParameters)),
    ];

    private static readonly (string Header, Func<VariantResult, double, string> Cell)[] Costs =
    [
        ("Tokens\n/s", (variant, _) => Figures.Count(variant.TokensPerSecond)),
        ("Load\nCV", (variant, _) => Figures.Number(variant.LoadCv, 2)),
        ("Dead\nexp.", (variant, _) => Figures.Number(variant.DeadExperts, variant.DeadExperts % 1 > 0 ? 1 : 0)),
        ("Wall\ntime", (_, seconds) => Figures.Time(seconds)),
    ];

    /// <summary>Makes the table.</summary>
    /// <param name="results">The figures.</param>
    /// <param name="runs">The runs behind them, for their wall time.</param>
    /// <param name="width">Columns of the screen; a wide one gets more space between the table's.</param>
    public static IRenderable Of(StudyResults results, IReadOnlyCollection<TrainingResult> runs, int width)
    {
        (string Header, Func<VariantResult, double, string> Cell)[] columns =
        [
            .. Sizes,
            .. results.Variants[0].HeldOut.Take(Metrics)
                .Select(metric => (Header(metric), new Func<VariantResult, double, string>(
                    (variant, _) => MetricWords.Cell(variant.Metric(metric.Name))))),
            .. Costs,
        ];
        var table = new Table().Border(TableBorder.Simple);
        var gap = width < Roomy ? 0 : 1;
        foreach (var (header, _) in columns)
        {
            table.AddColumn(new TableColumn(header)
                .Alignment(header == columns[0].Header ? Justify.Left : Justify.Right).NoWrap().Padding(0, 0, gap, 0));
        }

        var compared = DenseComparisons.ByLabel(runs);
        foreach (var variant in results.Variants)
        {
            var seconds = runs.Where(run => run.Label == variant.Name).Average(run => run.WallSeconds);
            var style =
                compared.GetValueOrDefault(variant.Name) is { IsBetter: true } ? new Style(decoration: Decoration.Bold) : Style.Plain;
            table.AddRow([.. columns.Select(column => new Text(column.Cell(variant, seconds), style))]);
        }

        return table;
    }

    private static string Header(MetricFigure metric) => MetricWords.Column(metric) switch
    {
        "Perpl. / byte" => "Perpl.\n/byte",
        var name when name.Contains(", ", StringComparison.Ordinal) => name.Replace(", ", "\n", StringComparison.Ordinal),
        var name => name + "\n",
    };
}
