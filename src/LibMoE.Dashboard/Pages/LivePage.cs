using System.Text.Json.Nodes;
using LibMoE.Runtime.Reporting.Report.Page;

namespace LibMoE.Dashboard.Pages;

/// <summary>The report's page, and what a page that is open asks for again and again.</summary>
internal static class LivePage
{
    private static readonly string Script = PageFiles.Read("live.js");

    /// <summary>The whole page.</summary>
    /// <param name="state">What it shows.</param>
    /// <param name="query">What names the runs in its questions, such as <c>run=a&amp;run=b</c>; empty for the watched one.</param>
    /// <param name="nonce">What only this page's scripts have.</param>
    public static string Html(LiveState state, string query, string nonce) => ReportPage.Html(state.Report, new PageFrame
    {
        Policy = PagePolicy.Of(nonce),
        Nonce = nonce,
        Lead = SiteHeader.Html(query.Length == 0 ? "run" : ""),
        ExtraStyle = SiteHeader.Style,
        ExtraScript = $"{Script}\nreport.live.start({News(state, withContent: false)}, {JsonValue.Create(query).ToJsonString()});\n",
    });

    /// <summary>What has changed, as JSON.</summary>
    public static string News(LiveState state) => News(state, withContent: true);

    private static string News(LiveState state, bool withContent)
    {
        var news = new JsonObject
        {
            ["version"] = state.Version,
            ["title"] = state.Report.Title,
            ["alerts"] = new JsonArray([.. state.Alerts.Select(
                alert => new JsonObject { ["kind"] = alert.Kind.ToString(), ["run"] = alert.Run, ["text"] = alert.Text })]),
        };
        if (withContent)
        {
            news["body"] = ReportPage.Body(state.Report);
            news["figures"] = JsonNode.Parse(ReportPage.Figures(state.Report));
        }

        return news.ToJsonString();
    }
}
