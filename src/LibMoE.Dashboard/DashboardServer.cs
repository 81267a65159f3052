using System.Net;
using LibMoE.Runtime;
using LibMoE.Runtime.Reporting.Report.Pictures;
using LibMoE.Runtime.Reporting.Report.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LibMoE.Dashboard;

/// <summary>
/// Serves the live report on the loopback address only, read-only: it answers GET for the page, its news, and the figures and pictures of
/// its charts, by their names in the report. No part of an address ever becomes a path.
/// </summary>
internal sealed class DashboardServer : IDashboard
{
    /// <summary>A page elsewhere that resolves its own name to 127.0.0.1 still sends that name: it is refused.</summary>
    private static readonly string[] Hosts = ["127.0.0.1", "localhost"];

    /// <inheritdoc />
    public async Task ServeAsync(WatchedFolders folders, DashboardOptions options, Action<Uri> started, CancellationToken stop)
    {
        await using var app = Build(new LiveReport(folders, options), options.Port);
        try
        {
            await app.StartAsync(stop).ConfigureAwait(false);
        }
        catch (IOException taken) when (taken.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new ConfigurationException(
                $"Dashboard:Port is {options.Port}, which another program uses; choose another, or 0 for any that is free.");
        }

        started(new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()));
        var stopped = new TaskCompletionSource();
        await using (stop.Register(stopped.SetResult))
        {
            await stopped.Task.ConfigureAwait(false);
        }

        await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private static WebApplication Build(LiveReport live, int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.AddRoutingCore();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<HostFilteringOptions>(filter => (filter.AllowedHosts, filter.AllowEmptyHosts) = (Hosts, false));
        var app = builder.Build();
        app.UseHostFiltering();
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            headers.CacheControl = "no-store";
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers["Referrer-Policy"] = "no-referrer";
            return next(context);
        });
        app.MapGet("/", () => Results.Text(LivePage.Html(live.Now()), "text/html; charset=utf-8"));
        app.MapGet("/live", (string? since) => live.Now() is var now && now.Version == since
            ? Results.NoContent()
            : Results.Text(LivePage.News(now), "application/json"));
        app.MapGet("/data/{name}.csv", (string name) => live.Now().Report.Figures(name) is { } figures
            ? Results.Text(CsvText.Of(figures), "text/csv; charset=utf-8")
            : Results.NotFound());
        app.MapGet("/charts/{name}.png", (string name) => live.Now().Report.Charts.FirstOrDefault(chart => chart.Id == name) is { } chart
            ? Results.Bytes(ChartPicture.Png(chart), "image/png")
            : Results.NotFound());
        return app;
    }
}
