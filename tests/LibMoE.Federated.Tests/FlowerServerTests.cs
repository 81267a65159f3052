using System.Globalization;
using LibMoE.Federated.Arrays;
using LibMoE.Runtime;
using LibMoE.Runtime.Testing;

namespace LibMoE.Federated.Tests;

/// <summary>Members of this package with servers in Python: Flower's <c>start_server</c> where Python has flwr 1.8.0, and one of Debian's
/// gRPC and numpy.</summary>
public sealed class FlowerServerTests
{
    private const int Members = 4;
    private const int Rounds = 5;

    [SkippableTheory]
    [InlineData(FlowerPeers.Flwr)]
    [InlineData(FlowerPeers.Grpc)]
    public async Task Four_members_come_to_the_parameters_that_the_server_of_this_package_leads_them_to(string kind)
    {
        var python = FlowerPeers.PythonFor(kind);
        var port = FreePort.Find();
        using var server = FlowerPeers.Serve(kind, python, port, Rounds, Members);
        var (output, errors) = (server.StandardOutput.ReadToEndAsync(), server.StandardError.ReadToEndAsync());

        await JoinAll($"http://127.0.0.1:{port}");
        await server.WaitForExitAsync();
        var lines = (await output).Split('\n').Select(line => line.Trim().Split(' ')).ToLookup(words => words[0]);
        Assert.True(server.ExitCode == 0, await errors);

        await using var served = Served.Start(new FederatedOptions { Rounds = Rounds, Members = Members, Port = 0 });
        await JoinAll(await served.Address);
        var own = await served.Result;

        Assert.Equal(Enumerable.Repeat("0", Rounds), lines["failures"].Select(words => words[1]));
        var arrays = lines["array"].Select(words => NpyArray.Read(Convert.FromBase64String(words[1]))).ToList();
        Assert.Equal(Samples.Flat(own).Length, arrays.Sum(array => array.Values.Length));
        Assert.All(
            Samples.Flat(own).Zip(arrays.SelectMany(array => array.Values)), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.Equal(Rounds, lines["loss"].Count());
        Assert.All(lines["loss"].Zip(own.Rounds), pair => Assert.Equal(
            pair.Second.Loss!.Value, double.Parse(pair.First[2], CultureInfo.InvariantCulture), 1e-5));
    }

    private static Task JoinAll(string address) => Task.WhenAll(Enumerable.Range(1, Members).Select(
        number => FlowerClient.JoinAsync(Samples.Member(number, new FederatedOptions { Server = address, Patience = 60 }))));
}
