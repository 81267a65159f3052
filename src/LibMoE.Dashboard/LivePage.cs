using System.Reflection;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Reporting.Report.Page;

namespace LibMoE.Dashboard;

/// <summary>The report's page, and what a page that is open asks for again and again.</summary>
internal static class LivePage
{
    /// <summary>As the report's own, and requests to this server.</summary>
    private const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'";

    private static readonly string Script = ReadScript();

    /// <summary>The whole page.</summary>
    public static string Html(LiveState state) =>
        ReportPage.Html(state.Report, Policy, $"{Script}\nreport.live.start({News(state, withContent: false)});\n");

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

    private static string ReadScript()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("LibMoE.Dashboard.live.js")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
