using System.Net;
using LibMoE.Dashboard.Alerts;
using LibMoE.Dashboard.Http;
using LibMoE.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LibMoE.Dashboard;

/// <summary>Serves the live report on the loopback address only: read-only, unless there is a token. No part of an address ever becomes a
/// path.</summary>
internal sealed class DashboardServer : IDashboard
{
    /// <summary>A page elsewhere that resolves its own name to 127.0.0.1 still sends that name: it is refused.</summary>
    private static readonly string[] Hosts = ["127.0.0.1", "localhost"];

    private const int LongestBody = 1 << 16;
    private const int Connections = 256;

    private static readonly TimeSpan WebhookTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WebhookEvery = TimeSpan.FromSeconds(2);

    /// <inheritdoc />
    public async Task ServeAsync(WatchedFolders folders, DashboardOptions options, Action<Uri> started, CancellationToken stop)
    {
        var watched = new WatchedRuns(folders, options, AlertRules.Read(options.Rules));
        await using var app = Build(watched, folders, options);
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
        await WatchAsync(watched, options, app.Services.GetRequiredService<ILogger<AlertWebhook>>(), stop).ConfigureAwait(false);
        await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Until it is stopped; alerts are posted meanwhile, whether or not a page is open.</summary>
    private static async Task WatchAsync(WatchedRuns watched, DashboardOptions options, ILogger log, CancellationToken stop)
    {
        var stopped = new TaskCompletionSource();
        await using (stop.Register(stopped.SetResult))
        {
            if (options.Webhook is { } address)
            {
                using var webhook = new AlertWebhook(address, log, WebhookTimeout);
                await webhook.RunAsync(() => watched.Watched.Now(), WebhookEvery, stop).ConfigureAwait(false);
            }

            await stopped.Task.ConfigureAwait(false);
        }
    }

    private static WebApplication Build(WatchedRuns watched, WatchedFolders folders, DashboardOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LongestBody;
            kestrel.Limits.MaxConcurrentConnections = Connections;
            kestrel.Listen(IPAddress.Loopback, options.Port);
        });
        builder.Services.AddRoutingCore();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<HostFilteringOptions>(filter => (filter.AllowedHosts, filter.AllowEmptyHosts) = (Hosts, false));
        var app = builder.Build();
        app.UseHostFiltering();
        app.Use((context, next) =>
        {
            SafeHeaders.AddTo(context.Response.Headers);
            return next(context);
        });
        PageRoutes.Map(app, watched, folders.All, canTag: options.Token.Length > 0);
        if (options.Token.Length > 0)
        {
            TagRoute.Map(app, watched, options.Token);
        }

        return app;
    }
}
