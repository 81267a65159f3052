using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Tests.Reporting.Report;

/// <summary>Curves that fall from far above are drawn where they can be told apart.</summary>
public sealed class LineChartTests
{
    [Fact]
    public void The_axis_ends_above_the_last_three_quarters_of_every_curve() =>
        Assert.Equal(2.05, Of(("A", [9, 8, 1.9, 1.8, 1.5, 1.3, 1.2, 1.1]), ("B", [9, 8, 2, 1.7, 1.4, 1.2, 1.1, 1])).Top!.Value, 12);

    [Fact]
    public void It_is_whole_where_the_beginning_takes_less_than_half() => Assert.Null(Of(("A", [3, 2, 1, 0])).Top);

    [Fact]
    public void Curves_of_any_length_count_by_their_own_points() =>
        Assert.Equal(2.05, Of(("Short", [9, 2, 1.5, 1]), ("Long", [9, 8, 1.9, 1.8, 1.5, 1.3, 1.2, 1.1])).Top!.Value, 12);

    [Fact]
    public void What_is_no_number_does_not_count() =>
        Assert.Equal(2.05, Of(("A", [9, double.NaN, 2, 1.5, 1, double.PositiveInfinity])).Top!.Value, 12);

    [Fact]
    public void Other_charts_show_everything() => Assert.Null((Of(("A", [9, 2, 1.5, 1])) with { ShowsTheEnd = false }).Top);

    private static LineChart Of(params (string Name, double[] Values)[] curves) => new(
        "a", "A", "", FigureTable.Of(
            curves.SelectMany(curve => curve.Values.Select((value, step) => (curve.Name, Step: step, Value: value))))
            .Text("name", row => row.Name).Number("step", row => row.Step).Number("value", row => row.Value).Make())
    {
        X = "step",
        Y = "value",
        Series = "name",
        XTitle = "Step",
        YTitle = "Value",
        ShowsTheEnd = true,
    };
}
