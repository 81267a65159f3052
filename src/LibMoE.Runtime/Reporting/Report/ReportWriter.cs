namespace LibMoE.Runtime;

/// <summary>Writes the report of a run folder: <c>report.html</c>, the figures behind it under <c>data/</c>, and pictures under <c>charts/</c>.</summary>
internal static class ReportWriter
{
    /// <summary>The page's name in a run folder.</summary>
    public const string FileName = "report.html";

    private const string DataFolder = "data";

    /// <summary>Reads what the folder holds and writes its report over an older one.</summary>
    /// <param name="runFolder">The folder of a study.</param>
    /// <returns>The path of the page.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static string Write(string runFolder)
    {
        var report = ReportSections.Of(RecordReader.Read(runFolder));
        WriteFigures(Path.Combine(runFolder, DataFolder), report);
        var page = Path.Combine(runFolder, FileName);
        WriteWhole(page, ReportPage.Html(report));
        return page;
    }

    private static void WriteFigures(string folder, Report report)
    {
        Directory.CreateDirectory(folder);
        foreach (var (id, data) in report.Charts.Select(chart => (chart.Id, chart.Data)).Concat(report.Tables.Select(table => (table.Id, table.Data))))
        {
            WriteWhole(Path.Combine(folder, id + ".csv"), CsvText.Of(data));
        }
    }

    /// <summary>A reader sees the old file or the new one, never half of one.</summary>
    private static void WriteWhole(string path, string text)
    {
        var half = path + ".tmp";
        File.WriteAllText(half, text);
        File.Move(half, path, overwrite: true);
    }
}
