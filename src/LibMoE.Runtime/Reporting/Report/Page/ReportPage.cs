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
    /// <summary>Nothing may be loaded, and nothing may be sent.</summary>
    private const string Closed = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:; "
        + "base-uri 'none'; form-action 'none'";

    /// <summary>A whole page that works without a server.</summary>
    public static string Html(StudyPage report) => Html(report, Closed, extraScript: "");

    /// <summary>A whole page.</summary>
    /// <param name="report">What it shows.</param>
    /// <param name="policy">The content security policy.</param>
    /// <param name="extraScript">Script that runs after the page's own.</param>
    internal static string Html(StudyPage report, string policy, string extraScript) => new StringBuilder()
        .Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .Append(CultureInfo.InvariantCulture, $"<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n")
        .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" "
            + "content=\"light dark\">\n")
        .Append("<link rel=\"icon\" href=\"data:,\">\n")
        .Append(CultureInfo.InvariantCulture,
            $"<title>{PartHtml.Encode(report.Title)} – LibMoE report</title>\n<style>\n{PageAsset.Style}</style>\n</head>\n<body>\n")
        .Append(CultureInfo.InvariantCulture, $"<div id=\"report\">\n{Body(report)}</div>\n")
        .Append(CultureInfo.InvariantCulture, $"<script type=\"application/json\" id=\"figures\">{Figures(report)}</script>\n")
        .Append(CultureInfo.InvariantCulture, $"<script>/* {PageAsset.ChartLibraryNotice} */\n{PageAsset.ChartLibrary}\n</script>\n")
        .Append(CultureInfo.InvariantCulture, $"<script>\n{PageAsset.Script}{extraScript}</script>\n</body>\n</html>\n")
        .ToString();

    /// <summary>What is inside the page's <c>#report</c>: the live page exchanges it.</summary>
    internal static string Body(StudyPage report)
    {
        var html = new StringBuilder()
            .Append(
                CultureInfo.InvariantCulture, $"<header><div><p class=\"kicker\">LibMoE study</p><h1>{PartHtml.Encode(report.Title)}</h1>")
            .Append(CultureInfo.InvariantCulture,
                $"<p class=\"status {PartHtml.Name(report.Level)}\" role=\"status\">{PartHtml.Inline(report.Status)}</p></div>")
            .Append("<button type=\"button\" class=\"theme\" data-theme-toggle>Dark</button></header>\n")
            .Append("<div class=\"tabs\" role=\"tablist\" aria-label=\"Parts of the report\">\n");
        foreach (var tab in report.Tabs)
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<button type=\"button\" role=\"tab\" id=\"tab-{tab.Id}\" aria-controls=\"{tab.Id}\">"
                    + $"{PartHtml.Encode(tab.Title)}</button>\n");
        }

        html.Append("</div>\n<main>\n");
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
