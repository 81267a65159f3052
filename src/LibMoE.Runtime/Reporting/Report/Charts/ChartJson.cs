using System.Globalization;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Charts;

/// <summary>A chart as the page's script reads it.</summary>
internal static class ChartJson
{
    /// <summary>Numbers on the page have so many significant digits: more than a screen shows, in half the space.
    /// CSV files have all.</summary>
    private const string Digits = "G6";

    /// <summary>The chart with its figures.</summary>
    public static JsonObject Of(ReportChart chart)
    {
        var json = chart switch
        {
            LineChart line => new JsonObject
            {
                ["kind"] = "line",
                ["x"] = line.X,
                ["y"] = line.Y,
                ["series"] = line.Series,
                ["line"] = line.Line,
                ["xTitle"] = line.XTitle,
                ["yTitle"] = line.YTitle,
                ["top"] = line.Top,
                ["references"] = new JsonArray(
                    [.. line.References.Select(reference => new JsonObject { ["name"] = reference.Key, ["value"] = reference.Value })]),
            },
            HeatMap heat => new JsonObject
            {
                ["kind"] = "heat",
                ["x"] = heat.X,
                ["y"] = heat.Y,
                ["value"] = heat.Value,
                ["xTitle"] = heat.XTitle,
                ["yTitle"] = heat.YTitle,
                ["valueTitle"] = heat.ValueTitle,
                ["least"] = heat.Least,
                ["most"] = heat.Most,
                ["neutral"] = heat.Neutral,
                ["cross"] = heat.CrossesZero,
            },
            IntervalChart interval => new JsonObject
            {
                ["kind"] = "interval",
                ["category"] = interval.Category,
                ["value"] = interval.Value,
                ["error"] = interval.Error,
                ["low"] = interval.Low,
                ["high"] = interval.High,
                ["series"] = interval.Series,
                ["valueTitle"] = interval.ValueTitle,
                ["reference"] = interval.Reference,
            },
            PlaneChart plane => new JsonObject
            {
                ["kind"] = "plane",
                ["name"] = plane.Name,
                ["x"] = Axis(plane.X),
                ["y"] = Axis(plane.Y),
                ["correlation"] = plane.Correlation,
                ["joined"] = plane.Joined,
                ["joinedWord"] = plane.JoinedWord,
            },
            _ => throw new NotSupportedException($"The page cannot draw {chart.GetType().Name}."),
        };
        json["title"] = chart.Title;
        json["columns"] = new JsonArray([.. chart.Data.Columns.Select(Column)]);
        return json;
    }

    private static JsonObject Axis(PlaneAxis axis) => new()
    {
        ["title"] = axis.Title,
        ["value"] = axis.Value,
        ["error"] = axis.Error,
        ["deviation"] = axis.Deviation,
    };

    /// <summary>Numbers as they are; words once each, with a number for every row.</summary>
    private static JsonNode Column(FigureColumn column)
    {
        var json = new JsonObject { ["name"] = column.Name };
        switch (column)
        {
            case NumberColumn numbers:
                json["numbers"] = new JsonArray([.. numbers.Values.Select(Number)]);
                break;
            case TextColumn words:
                var levels = words.Values.Distinct().ToList();
                var codes = levels.Index().ToDictionary(level => level.Item, level => level.Index);
                json["levels"] = new JsonArray([.. levels.Select(level => JsonValue.Create(level))]);
                json["codes"] = new JsonArray([.. words.Values.Select(word => JsonValue.Create(codes[word]))]);
                break;
        }

        return json;
    }

    /// <summary>Infinite values and NaN are gaps in a chart.</summary>
    private static JsonValue? Number(double? value) => value is { } number && double.IsFinite(number)
        ? JsonValue.Create(double.Parse(number.ToString(Digits, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))
        : null;
}
