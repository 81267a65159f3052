using LibMoE.Dashboard.Pages;
using LibMoE.Runtime.Reporting.Report.Pictures;
using LibMoE.Runtime.Reporting.Report.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LibMoE.Dashboard.Http;

/// <summary>The pages, their news, and the figures and pictures of their charts, by their names in the report. Runs are named by
/// <c>run=NAME</c>, several of them for a page that shows them side by side; without, the watched run is meant.</summary>
internal static class PageRoutes
{
    /// <summary>Maps them.</summary>
    /// <param name="app">The server.</param>
    /// <param name="watched">What can be looked at.</param>
    /// <param name="folder">The folder of all runs, for what is said of it.</param>
    /// <param name="canTag">Whether tags can be changed.</param>
    public static void Map(WebApplication app, WatchedRuns watched, string folder, bool canTag)
    {
        app.MapGet("/", (HttpContext context) => Page(context, watched, []));
        app.MapGet("/compare", (HttpContext context, string[] run) => Page(context, watched, run));
        app.MapGet("/runs/{name}", (HttpContext context, string name) => Page(context, watched, [name]));
        app.MapGet("/runs", (HttpContext context) =>
            Html(context, nonce => IndexPage.Html(watched.All, folder, nonce, canTag)));
        app.MapGet("/runs/rows", () => Results.Text(IndexPage.Rows(watched.All), "text/html; charset=utf-8"));
        app.MapGet("/live", (string? since, string[] run) => watched.Find(run)?.Now() is not { } now ? Results.NotFound()
            : now.Version == since ? Results.NoContent()
            : Results.Text(LivePage.News(now), "application/json"));
        app.MapGet("/data/{name}.csv", (string name, string[] run) => watched.Find(run)?.Now().Report.Figures(name) is { } figures
            ? Results.Text(CsvText.Of(figures), "text/csv; charset=utf-8")
            : Results.NotFound());
        app.MapGet("/charts/{name}.png", (string name, string[] run) =>
            watched.Find(run)?.Now().Report.Charts.FirstOrDefault(chart => chart.Id == name) is { } chart
            ? Results.Bytes(ChartPicture.Png(chart), "image/png")
            : Results.NotFound());
    }

    private static IResult Page(HttpContext context, WatchedRuns watched, IReadOnlyList<string> names) =>
        watched.Find(names)?.Now() is not { } now ? Results.NotFound() : Html(context, nonce => LivePage.Html(
            now, string.Join('&', names.Distinct().Select(name => "run=" + Uri.EscapeDataString(name))), nonce));

    private static IResult Html(HttpContext context, Func<string, string> page)
    {
        var nonce = PagePolicy.NewNonce();
        context.Response.Headers.ContentSecurityPolicy = PagePolicy.Header(nonce);
        return Results.Text(page(nonce), "text/html; charset=utf-8");
    }
}
