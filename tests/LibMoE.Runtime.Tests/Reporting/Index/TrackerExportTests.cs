using System.Text;
using LibMoE.Runtime.Reporting.Index;

namespace LibMoE.Runtime.Tests.Reporting.Index;

/// <summary>The CSV files that other trackers write are read as they are; what is no curve is refused with the place.</summary>
public sealed class TrackerExportTests
{
    [Fact]
    public void A_chart_of_Weights_and_Biases_has_a_column_for_each_run_and_its_band_is_left_out()
    {
        var export = Read(
            Chart("dense - seed 0 - train/loss", "dense - seed 0 - _step", "moe - train/loss")
            + Chart("10", "4.5", "10", "")
            + Chart("20", "3.5", "20", "3.25"));

        Assert.Equal("W&B chart", export.Form);
        Assert.Equal(["dense - seed 0", "moe"], export.Runs.Keys.Order());
        Assert.Equal([(10L, 4.5), (20L, 3.5)], Curve(export, "dense - seed 0", "train/loss"));
        Assert.Equal([(20L, 3.25)], Curve(export, "moe", "train/loss"));
        Assert.All(export.Runs.Values.SelectMany(points => points), point => Assert.Equal(["train/loss"], point.Values.Keys));
    }

    [Fact]
    public void The_first_column_of_a_chart_is_its_horizontal_axis_whatever_it_is_called()
    {
        var export = Read("\"tokens\",\"a - loss\",\"a - loss__MIN\",\"a - loss__MAX\"\n\"1000\",\"2\",\"2\",\"2\"\n");

        Assert.Equal([(1000L, 2.0)], Curve(export, "a", "loss"));
    }

    [Fact]
    public void A_history_of_Weights_and_Biases_is_one_run_and_rows_of_one_step_are_one_point()
    {
        var export = Read(
            """
            ,_step,_runtime,_timestamp,loss,eval/loss,note
            0,5,1.5,1700000001.5,4.5,,first
            1,5,1.6,1700000001.6,,4.75,
            2,10,3,1700000003,nan,,
            """);

        Assert.Equal("W&B history", export.Form);
        Assert.Equal(["note"], export.Left);
        var points = export.Runs["curves"];
        Assert.Equal([(5L, 1.5), (10L, 3.0)], points.Select(point => (point.Step, point.Time!.Value)));
        Assert.Equal((4.5, 4.75), (points[0].Values["loss"], points[0].Values["eval/loss"]));
        Assert.True(double.IsNaN(points[1].Values["loss"]));
    }

    [Fact]
    public void Trackios_file_has_steps_and_times_of_day_and_may_name_runs()
    {
        var export = Read(
            """
            step,timestamp,run_name,loss,acc
            1,2026-11-29T10:00:00,one,3,0.5
            1,2026-11-29T10:00:00,two,4,0.25
            2,2026-11-29T10:00:30.5,one,2,0.75
            """);

        Assert.Equal("Trackio", export.Form);
        Assert.Equal([(1L, 3.0), (2L, 2.0)], Curve(export, "one", "loss"));
        Assert.Equal([(1L, 0.25)], Curve(export, "two", "acc"));
        Assert.Equal(30.5, TrackerImport.Reports(export.Runs["one"]).Last().Elapsed.TotalSeconds);
    }

    [Theory]
    [InlineData("Name,State,Runtime,loss\nrun-1,finished,12,3\n", "curves.csv, line 1: no column is called 'step' or '_step'")]
    [InlineData("step,loss\n", "curves.csv: the file has no row below its header.")]
    [InlineData("", "curves.csv: the file has no row below its header.")]
    [InlineData("step,note\n1,high\n", "curves.csv, line 1: no column beside the steps holds numbers.")]
    [InlineData("step,loss\n1,2\nx,3\n", "curves.csv, line 3: the column 'step' holds 'x', which is no number.")]
    [InlineData("step,loss\n1,2\n-3,3\n", "curves.csv, line 3: the step is -3; it must be from 0 to 2147483647.")]
    [InlineData("step,loss\nNaN,2\n", "curves.csv, line 2: the step is NaN; it must be from 0 to 2147483647.")]
    [InlineData("step,loss\n1,2,3\n", "curves.csv, line 2: the row has 3 fields where the first has 2.")]
    [InlineData("step,loss\n1,\"2\n", "curves.csv, line 2: a quoted field is never closed.")]
    public void What_is_no_curve_is_refused_with_the_place(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<EvaluationDataException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Known_names_become_loss_validation_loss_rate_and_speed_and_others_stay_metrics()
    {
        var report = Assert.Single(TrackerImport.Reports(
        [
            new ExportedPoint(7, null, new Dictionary<string, double>
            {
                ["train/loss"] = 2,
                ["eval_loss"] = 3,
                ["lr"] = 0.001,
                ["tokens/s"] = 500,
                ["mmlu"] = 0.25,
            }),
        ]));

        Assert.Equal((7, 2.0, 3.0, 0.001, 500.0),
            (report.Step, report.Loss, report.ValidationLoss, report.LearningRate, report.TokensPerSecond));
        Assert.Equal([new("mmlu", 0.25)], report.Metrics!);
    }

    [Theory]
    [InlineData("1e300")]
    [InlineData("NaN")]
    [InlineData("-5")]
    public void A_clock_that_says_nonsense_stops_nothing(string seconds)
    {
        var reports = TrackerImport.Reports(Read($"step,_runtime,loss\n1,{seconds},2\n").Runs["curves"]).ToList();

        Assert.InRange(Assert.Single(reports).Elapsed.TotalSeconds, 0, 1e9);
    }

    private static IEnumerable<(long Step, double Value)> Curve(TrackerExport export, string run, string metric) =>
        export.Runs[run].Where(point => point.Values.ContainsKey(metric)).Select(point => (point.Step, point.Values[metric]));

    /// <summary>A header or row of a chart: every column but the first comes three times.</summary>
    private static string Chart(params string[] cells)
    {
        var isHeader = cells.Length == 3;
        string[] all = isHeader
            ? ["Step", .. cells.SelectMany(cell => (string[])[cell, cell + "__MIN", cell + "__MAX"])]
            : [cells[0], .. cells.Skip(1).SelectMany(cell => (string[])[cell, cell, cell])];
        return string.Join(',', all.Select(cell => $"\"{cell}\"")) + "\n";
    }

    private static TrackerExport Read(string text) =>
        TrackerExport.Read("curves.csv", new MemoryStream(Encoding.UTF8.GetBytes(text)), "curves");
}
