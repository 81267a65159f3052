using System.Globalization;
using Spectre.Console;

namespace LibMoE.Benchmarks.Measuring;

/// <summary>One contest on the terminal.</summary>
internal static class ResultTable
{
    public static void Write(IAnsiConsole console, string contest, IReadOnlyList<Result> results)
    {
        var columns = new (string Title, Func<Result, string?> Cell)[]
        {
            ("ms", result => Text(result.Milliseconds, "0.00")),
            ("ratio", result => Text(result.Ratio, "0.00")),
            ("quartiles", result => result.LowRatio is null ? null : $"{Text(result.LowRatio, "0.00")}..{Text(result.HighRatio, "0.00")}"),
            ("tokens/s", result => Text(result.TokensPerSecond, "#,0")),
            ("peak MiB", result => Text(result.PeakMebibytes, "0")),
        };
        var shown = columns.Where(column => results.Any(result => column.Cell(result) is not null)).ToList();
        var table = new Table { Border = TableBorder.Rounded, Title = new TableTitle(Markup.Escape(contest)) };
        table.AddColumn("");
        foreach (var (title, _) in shown)
        {
            table.AddColumn(new TableColumn(title).RightAligned());
        }

        foreach (var result in results)
        {
            table.AddRow([Markup.Escape(result.Contender), .. shown.Select(column => column.Cell(result) ?? "")]);
        }

        console.Write(table);
    }

    private static string? Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture);
}
