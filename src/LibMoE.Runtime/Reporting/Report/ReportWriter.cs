using System.Text;
using LibMoE.Runtime.Reporting.Report.Page;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Pictures;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Sections;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report;

/// <summary>Writes the report of a run folder: <c>report.html</c>, the figures behind it under <c>data/</c>,
/// and pictures under <c>charts/</c>.</summary>
internal static class ReportWriter
{
    /// <summary>The page's name in a run folder.</summary>
    public const string FileName = "report.html";

    private const string DataFolder = "data";
    private const string PictureFolder = "charts";

    /// <summary>Reads what the folder holds and writes its report over an older one.</summary>
    /// <param name="runFolder">The folder of a study.</param>
    /// <returns>The path of the page.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static string Write(string runFolder)
    {
        var report = ReportSections.Of(RecordReader.Read(runFolder));
        WriteFigures(Path.Combine(runFolder, DataFolder), report);
        WritePictures(Path.Combine(runFolder, PictureFolder), report);
        var page = Path.Combine(runFolder, FileName);
        WriteWhole(page, Encoding.UTF8.GetBytes(ReportPage.Html(report)));
        return page;
    }

    private static void WriteFigures(string folder, StudyPage report)
    {
        Directory.CreateDirectory(folder);
        foreach (var (id, data) in report.Charts.Select(chart => (chart.Id, chart.Data))
            .Concat(report.Tables.Select(table => (table.Id, table.Data))))
        {
            WriteWhole(Path.Combine(folder, id + ".csv"), Encoding.UTF8.GetBytes(CsvText.Of(data)));
        }
    }

    /// <summary>A machine without the drawing library's native part still gets its page and its figures.</summary>
    private static void WritePictures(string folder, StudyPage report)
    {
        Directory.CreateDirectory(folder);
        try
        {
            foreach (var chart in report.Charts)
            {
                WriteWhole(Path.Combine(folder, chart.Id + ".png"), ChartPicture.Png(chart));
            }
        }
        catch (Exception missing) when (missing.GetBaseException() is DllNotFoundException)
        {
            File.WriteAllText(
                Path.Combine(folder, "no-pictures.txt"), $"The native part of SkiaSharp cannot be loaded here: {missing.Message}\n");
        }
    }

    /// <summary>A reader sees the old file or the new one, never half of one.</summary>
    private static void WriteWhole(string path, byte[] content)
    {
        var half = path + ".tmp";
        File.WriteAllBytes(half, content);
        File.Move(half, path, overwrite: true);
    }
}
