using System.Net;
using System.Net.Sockets;
using LibMoE.Federated.Rounds;
using LibMoE.Federated.Server;
using LibMoE.Federated.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LibMoE.Runtime;

/// <summary>Leads a federation over Flower's bidirectional protocol, so that members may be of this package or of flwr. It listens on
/// 127.0.0.1 unless <see cref="FederatedOptions.Address"/> says something else.</summary>
public static class FederationServer
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    /// <summary>Leads all rounds, then sends members away.</summary>
    /// <param name="options">Where, how many rounds, the strategy.</param>
    /// <param name="started">Gets the address once members can join.</param>
    /// <param name="progress">Is told of each round.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="ConfigurationException">Settings are wrong, or nothing can listen there.</exception>
    /// <exception cref="FederationException">No member gave parameters to begin with.</exception>
    public static async Task<FederationResult> ServeAsync(
        FederatedOptions options, Action<Uri>? started = null, IProgress<FederatedRound>? progress = null, CancellationToken stop = default)
    {
        ConfigurationException.ThrowIfAny(options.Problems());
        var roster = new Roster();
        await using var app = Build(options, roster);
        try
        {
            await app.StartAsync(stop).ConfigureAwait(false);
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            throw new ConfigurationException(
                $"Federated:Port is {options.Port}, which another program uses; choose another, or 0 for any that is free.");
        }
        catch (Exception none) when (none is SocketException or IOException)
        {
            throw new ConfigurationException(
                $"Federated:Address is {options.Address}, where nothing can listen: {none.GetBaseException().Message}.");
        }

        started?.Invoke(new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()));
        try
        {
            return await new RoundLoop(options, to => roster.PresentAsync(options.Members, to)).RunAsync(progress, stop)
                .ConfigureAwait(false);
        }
        finally
        {
            using var patience = new CancellationTokenSource(Farewell);
            await Task.WhenAll(roster.All().Select(member => member.EndAsync(patience.Token))).ConfigureAwait(false);
            await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static WebApplication Build(FederatedOptions options, Roster roster)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Parse(options.Address), options.Port, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(roster).AddSingleton(options);
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = WireArrays.Longest;
            grpc.MaxSendMessageSize = WireArrays.Longest;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Farewell);
        builder.Logging.SetMinimumLevel(LogLevel.Critical).AddSimpleConsole(console => console.SingleLine = true);
        var app = builder.Build();
        app.UseRouting();
        app.MapGrpcService<JoinService>();
        return app;
    }
}
