using System.Globalization;
using LibMoE.Runtime.Rows;

namespace LibMoE.Runtime.Reporting.Index;

/// <summary>
/// The curves in a CSV file that another tracker wrote. Three forms are known by their headers: a chart of Weights &amp; Biases (a column
/// of steps, then <c>run - metric</c>, each with <c>__MIN</c> and <c>__MAX</c>), the history of a run there (<c>_step</c>, <c>_runtime</c>,
/// <c>_timestamp</c>, metrics), and what Trackio reads (<c>step</c>, <c>timestamp</c>, metrics; several runs where a column names them).
/// </summary>
/// <param name="Form">Which form it is.</param>
/// <param name="Runs">The points of each run by its name, in the order of steps.</param>
/// <param name="Left">Columns that hold no numbers and were left out.</param>
internal sealed record TrackerExport(
    string Form, IReadOnlyDictionary<string, IReadOnlyList<ExportedPoint>> Runs, IReadOnlyList<string> Left)
{
    private const string Between = " - ";

    private static readonly string[] Steps = ["step", "_step", "global_step", "train/global_step", "trainer/global_step"];
    private static readonly string[] Seconds = ["_runtime", "relative time (process)", "relative time (wall)"];
    private static readonly string[] Stamps = ["_timestamp", "timestamp"];
    private static readonly string[] RunNames = ["run", "run_name", "run_id"];

    /// <summary>Reads a file.</summary>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="content">Its bytes: UTF-8.</param>
    /// <param name="only">What the run is called where the file does not say.</param>
    /// <exception cref="EvaluationDataException">The file is damaged, or has no column of steps.</exception>
    public static TrackerExport Read(string name, Stream content, string only)
    {
        var rows = CsvRows.Read(new DataEntry(name, content), header: true, new HashSet<string>())
            .Select(row => (row.Line, Fields: row.Values.Select(field => (field.Key, Text: (string?)field.Value ?? "")).ToList()))
            .ToList();
        if (rows.Count == 0)
        {
            throw new EvaluationDataException(name, 0, "the file has no row below its header");
        }

        List<string> columns = rows[0].Fields.ConvertAll(field => field.Key);
        var isChart = columns.Exists(column => column.Contains(Between, StringComparison.Ordinal)
            && columns.Contains(column + "__MIN"));
        // The first column of a chart is what its horizontal axis showed.
        var step = Find(columns, Steps) ?? (isChart ? columns[0] : null) ?? throw new EvaluationDataException(
            name, 1, "no column is called 'step' or '_step': only curves over steps can be read, not a table of runs");
        var numbers = columns.Where(column => rows.TrueForAll(row => IsNumber(Text(row.Fields, column)))).ToHashSet();
        if (!numbers.Contains(step))
        {
            var (line, fields) = rows.Find(row => !IsNumber(Text(row.Fields, step)));
            throw new EvaluationDataException(name, line, $"the column '{step}' holds '{Text(fields, step)}', which is no number");
        }

        var (seconds, stamp, run) = (Find(columns, Seconds), Find(columns, Stamps), isChart ? null : Find(columns, RunNames));
        var points = new SortedDictionary<string, SortedDictionary<long, ExportedPoint>>(StringComparer.Ordinal);
        foreach (var (line, fields) in rows.Where(row => Text(row.Fields, step).Length > 0))
        {
            var at = Number(Text(fields, step));
            if (at is not (>= 0 and <= int.MaxValue))
            {
                throw new EvaluationDataException(name, line, $"the step is {Text(fields, step)}; it must be from 0 to {int.MaxValue}");
            }

            var time = Time(fields, seconds, stamp);
            foreach (var (column, text) in fields.Where(field => IsMetric(field.Key) && field.Text.Length > 0))
            {
                var (owner, metric) = isChart ? Split(column) : (run is null ? only : Text(fields, run), column);
                Add(owner.Length == 0 ? only : owner, (long)at, time, metric, Number(text));
            }
        }

        return points.Count == 0
            ? throw new EvaluationDataException(name, 1, "no column beside the steps holds numbers")
            : new TrackerExport(
                isChart ? "W&B chart" : columns.Contains("_step") ? "W&B history" : "Trackio",
                points.ToDictionary(one => one.Key, one => (IReadOnlyList<ExportedPoint>)[.. one.Value.Values]),
                [.. columns.Where(column => !numbers.Contains(column) && column != run && column != stamp && column != seconds)]);

        bool IsMetric(string column) => numbers.Contains(column) && column != step && column != seconds && column != stamp && column != run
            && column.Length > 0 && !column.StartsWith("Unnamed: ", StringComparison.Ordinal)
            && !column.EndsWith("__MIN", StringComparison.Ordinal) && !column.EndsWith("__MAX", StringComparison.Ordinal)
            && (!isChart || column.Contains(Between, StringComparison.Ordinal))
            && !(isChart ? Split(column).Metric : column).StartsWith('_');

        // Trackers write what was logged at one step in several rows where it was logged by several calls.
        void Add(string owner, long at, double? time, string metric, double value)
        {
            var curve = points.TryGetValue(owner, out var found) ? found : points[owner] = [];
            var point = curve.GetValueOrDefault(at) ?? new ExportedPoint(at, time, new Dictionary<string, double>());
            curve[at] = point with
            {
                Time = point.Time ?? time,
                Values = new Dictionary<string, double>(point.Values) { [metric] = value },
            };
        }
    }

    private static string? Find(List<string> columns, string[] names) =>
        columns.Find(column => names.Contains(column, StringComparer.OrdinalIgnoreCase));

    private static string Text(List<(string Key, string Text)> fields, string column) =>
        fields.Find(field => field.Key == column).Text;

    /// <summary>A run's name may hold the sign between it and the metric; a metric's rarely does.</summary>
    private static (string Run, string Metric) Split(string column) =>
        column.LastIndexOf(Between, StringComparison.Ordinal) is var at and > 0
            ? (column[..at], column[(at + Between.Length)..])
            : ("", column);

    /// <summary>Seconds, from a clock of the run or a time of day; null where the row has neither.</summary>
    private static double? Time(List<(string Key, string Text)> fields, string? seconds, string? stamp)
    {
        if (seconds is not null && IsNumber(Text(fields, seconds)) && Text(fields, seconds).Length > 0)
        {
            return Number(Text(fields, seconds));
        }

        var text = stamp is null ? "" : Text(fields, stamp);
        return text.Length == 0 ? null
            : IsNumber(text) ? Number(text)
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds() / 1000.0
            : null;
    }

    private static bool IsNumber(string text) =>
        text.Length == 0 || double.TryParse(Usual(text), NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static double Number(string text) => double.Parse(Usual(text), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>As pandas writes what is not a number.</summary>
    private static string Usual(string text) => text switch
    {
        "nan" => "NaN",
        "inf" => "Infinity",
        "-inf" => "-Infinity",
        _ => text,
    };
}

/// <summary>What another tracker logged at one step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Time">In seconds, since the run began or since 1970; null where it is not known.</param>
/// <param name="Values">The metrics by their names there.</param>
internal sealed record ExportedPoint(long Step, double? Time, IReadOnlyDictionary<string, double> Values);
