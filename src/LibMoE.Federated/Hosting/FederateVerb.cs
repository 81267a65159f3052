using System.Globalization;
using LibMoE.Runtime;
using Spectre.Console;

namespace LibMoE.Federated.Hosting;

/// <summary>Leads a federation.</summary>
internal sealed class FederateVerb(FederatedOptions options, IAnsiConsole console) : IVerb
{
    /// <inheritdoc />
    public static string Name => "federate";

    /// <inheritdoc />
    public static string Description => "Leads a federation, on 127.0.0.1, of members that 'join', or of clients of Flower.";

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--members", "Federated:Members", "N", "How many members the first round waits for. [default: 2]"),
        new("--rounds", "Federated:Rounds", "N", "How many rounds. [default: 10]"),
        new("--strategy", "Federated:Strategy", "NAME", "FedAvg, FedProx or FedAdam. [default: FedAvg]"),
        new("--address", "Federated:Address", "IP", "The address; nothing on it is encrypted. [default: 127.0.0.1]"),
        new("--port", "Federated:Port", "N", "The port; 0 takes a free one. [default: 8080]"),
    ];

    /// <inheritdoc />
    public async Task<int> RunAsync(CancellationToken stop)
    {
        if (!System.Net.IPAddress.IsLoopback(System.Net.IPAddress.Parse(options.Address)))
        {
            console.WriteLine($"Others can reach {options.Address}: what goes over it is neither encrypted nor asks who joins.");
        }

        var result = await FederationServer.ServeAsync(
            options, address => console.WriteLine($"Leading a federation at {address} (Ctrl+C ends)"), new RoundLines(console), stop)
            .ConfigureAwait(false);
        if (result.Epsilon is { } epsilon)
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"Noise: a member's part in all that was given out is (ε = {epsilon:F2}, δ = {options.Delta:G})-private."));
        }

        return ExitCode.Done;
    }
}
