using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Page;

/// <summary>
/// The page of a report: one HTML text with its styles, its script, the chart library and all figures inside, so that it opens from a
/// disk without a network. The policy in its head forbids every request.
/// </summary>
internal static class ReportPage
{
    /// <summary>A whole page that works without a server.</summary>
    public static string Html(StudyPage report) => Html(report, new PageFrame());

    /// <summary>A whole page.</summary>
    /// <param name="report">What it shows.</param>
    /// <param name="frame">What is around it.</param>
    internal static string Html(StudyPage report, PageFrame frame) => new StringBuilder()
        .Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .Append(CultureInfo.InvariantCulture, $"<meta http-equiv=\"Content-Security-Policy\" content=\"{frame.Policy}\">\n")
        .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" "
            + "content=\"light dark\">\n")
        .Append("<link rel=\"icon\" href=\"data:,\">\n")
        .Append(CultureInfo.InvariantCulture,
            $"<title>{PartHtml.Encode(report.Title)} – LibMoE report</title>\n<style>\n{PageAsset.Style}{frame.ExtraStyle}</style>\n")
        .Append(CultureInfo.InvariantCulture, $"</head>\n<body>\n{frame.Lead}<div id=\"report\">\n{Body(report)}</div>\n")
        .Append(CultureInfo.InvariantCulture, $"<script type=\"application/json\" id=\"figures\">{Figures(report)}</script>\n")
        .Append(CultureInfo.InvariantCulture,
            $"<script{Nonce(frame)}>/* {PageAsset.ChartLibraryNotice} */\n{PageAsset.ChartLibrary}\n</script>\n")
        .Append(CultureInfo.InvariantCulture, $"<script{Nonce(frame)}>\n{PageAsset.Script}{frame.ExtraScript}</script>\n</body>\n</html>\n")
        .ToString();

    private static string Nonce(PageFrame frame) => frame.Nonce.Length == 0 ? "" : $" nonce=\"{frame.Nonce}\"";

    /// <summary>What is inside the page's <c>#report</c>: the live page exchanges it.</summary>
    internal static string Body(StudyPage report)
    {
        var html = new StringBuilder()
            .Append(
                CultureInfo.InvariantCulture, $"<header><div><p class=\"kicker\">LibMoE study</p><h1>{PartHtml.Encode(report.Title)}</h1>")
            .Append(CultureInfo.InvariantCulture,
                $"<p class=\"status {PartHtml.Name(report.Level)}\" role=\"status\">{PartHtml.Inline(report.Status)}</p></div>")
            .Append("<button type=\"button\" class=\"theme\" data-theme-toggle>Dark</button></header>\n<main id=\"main\">\n")
            .Append("<div class=\"tabs\" role=\"tablist\" aria-label=\"Parts of the report\">\n");
        foreach (var tab in report.Tabs)
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<button type=\"button\" role=\"tab\" id=\"tab-{tab.Id}\" aria-controls=\"{tab.Id}\">"
                    + $"{PartHtml.Encode(tab.Title)}</button>\n");
        }

        html.Append("</div>\n");
        foreach (var tab in report.Tabs)
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<div class=\"panel\" role=\"tabpanel\" id=\"{tab.Id}\" aria-labelledby=\"tab-{tab.Id}\" tabindex=\"0\">\n<h2>"
                    + $"{PartHtml.Encode(tab.Title)}</h2>\n");
            foreach (var section in tab.Sections)
            {
                html.Append(CultureInfo.InvariantCulture, $"<section id=\"{section.Id}\"><h3>{PartHtml.Encode(section.Title)}</h3>\n");
                foreach (var part in section.Parts)
                {
                    PartHtml.Write(html, part);
                }

                html.Append("</section>\n");
            }

            html.Append("</div>\n");
        }

        return html.Append("</main>\n").ToString();
    }

    /// <summary>What the script draws: charts, tables for download, texts to explore.
    /// The encoder escapes what could end the element.</summary>
    internal static string Figures(StudyPage report) => new JsonObject
    {
        ["charts"] = new JsonObject(report.Charts.Select(chart => KeyValuePair.Create(chart.Id, (JsonNode?)ChartJson.Of(chart)))),
        ["tables"] = new JsonObject(report.Tables.Select(table => KeyValuePair.Create(table.Id, (JsonNode?)CsvText.Of(table.Data)))),
        ["explorers"] = new JsonObject(report.Parts.OfType<TextExplorer>()
            .Select(
                explorer => KeyValuePair.Create(explorer.Id, (JsonNode?)new JsonArray([.. explorer.Texts.Select(text => text.ToJson())])))),
    }.ToJsonString();
}
