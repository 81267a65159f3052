using System.Net;
using System.Net.Sockets;
using LibMoE.Runtime;
using LibMoE.Serving.Engine;
using LibMoE.Serving.OpenAi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LibMoE.Serving.Http;

/// <summary>Serves a model by OpenAI's HTTP interface. No part of an address ever becomes a path.</summary>
internal sealed class ModelServer : IModelServer
{
    private const int SendBuffer = 1 << 16;

    private static readonly TimeSpan ShutdownPatience = TimeSpan.FromSeconds(5);

    /// <summary>A page elsewhere that resolves its own name to 127.0.0.1 still sends that name: it is refused.</summary>
    private static readonly string[] Loopback = ["127.0.0.1", "localhost", "[::1]"];

    /// <inheritdoc />
    public async Task ServeAsync(LoadedModel model, ServingOptions options, Action<Uri> started, CancellationToken stop)
    {
        using var served = new ServedModel(model, options);
        await using var app = Build(served, options);
        try
        {
            await app.StartAsync(stop).ConfigureAwait(false);
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            throw new ConfigurationException(
                $"Serving:Port is {options.Port}, which another program uses; choose another, or 0 for any that is free.");
        }
        catch (Exception none) when (none is SocketException or IOException)
        {
            throw new ConfigurationException(
                $"Serving:Address is {options.Address}, where nothing can be served: {none.GetBaseException().Message}.");
        }

        started(new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()));
        var stopped = new TaskCompletionSource();
        await using (stop.Register(stopped.SetResult))
        {
            await stopped.Task.ConfigureAwait(false);
        }

        // Texts end first, so that their requests do.
        served.Engine.Dispose();
        await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>The system would keep megabytes for a client that does not read, and only then would it show. What is accepted has the
    /// listener's buffer.</summary>
    private static Socket Listen(EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        socket.SendBufferSize = SendBuffer;
        return socket;
    }

    private static WebApplication Build(ServedModel served, ServingOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBody;
            kestrel.Limits.MaxConcurrentConnections = options.Connections;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(options.IdleSeconds);
            kestrel.Listen(options.Address == "localhost" ? IPAddress.Loopback : IPAddress.Parse(options.Address), options.Port);
        });
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = Listen);
        builder.Services.AddRoutingCore();
        builder.Services.ConfigureHttpJsonOptions(json => OpenAiJson.Set(json.SerializerOptions));
        builder.Services.AddOpenApi();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownPatience);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<HostFilteringOptions>(filter =>
        {
            var own = options.Address.Contains(':', StringComparison.Ordinal) ? $"[{options.Address}]" : options.Address;
            filter.AllowedHosts = options.IsLoopback ? [.. Loopback, own] : ["*"];
            filter.AllowEmptyHosts = !options.IsLoopback;
            filter.IncludeFailureMessage = false;
        });
        var app = builder.Build();
        var (log, key) = (app.Logger, new ApiKeyCheck(options));
        app.Use((context, next) =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers.CacheControl = "no-store";
            return ErrorAnswers.Catch(context, next, log);
        });
        app.UseHostFiltering();
        app.Use((context, next) =>
        {
            key.Check(context);
            return next(context);
        });
        app.UseRouting();
        ModelEndpoints.Map(app, served);
        return app;
    }
}
