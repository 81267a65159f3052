using System.Diagnostics;
using LibMoE.Runtime;

namespace LibMoE.Federated.Tests;

/// <summary>Clients in Python with the server of this package: Flower's <c>start_client</c> where Python has flwr 1.8.0, and one of
/// Debian's gRPC and numpy.</summary>
public sealed class FlowerClientTests
{
    private const int Rounds = 3;

    [SkippableTheory]
    [InlineData(FlowerPeers.Flwr)]
    [InlineData(FlowerPeers.Grpc)]
    public async Task Clients_in_Python_join_and_their_parameters_are_averaged_by_how_many_examples_they_have(string kind)
    {
        var python = FlowerPeers.PythonFor(kind);
        await using var served = Served.Start(new FederatedOptions { Rounds = Rounds, Members = 2, Port = 0 });
        var address = new Uri(await served.Address).Authority;
        using var first = FlowerPeers.Join(kind, python, address, number: 1);
        using var second = FlowerPeers.Join(kind, python, address, number: 2);
        Task[] ends = [Ended(first), Ended(second)];

        // A client that fails would be waited for.
        await await Task.WhenAny(ends);
        await Task.WhenAll(ends);
        var result = await served.Result;

        Assert.All(result.Rounds, round => Assert.Empty(round.Refused));
        Assert.All(result.Rounds, round => Assert.Equal(
            [new MemberShare("python 1", 10), new MemberShare("python 2", 20)], round.Members.OrderBy(member => member.Name)));

        // A round adds (10·1 + 20·2)/30; losses 1 and 2 and accuracies 1 and ½ weigh 1 and 2.
        var added = Rounds * 5 / 3.0;
        Assert.Equal([6, 2], result.Parameters.Select(values => values.Count));
        Assert.All(
            new[] { 0, 1, 2, 3, 4, 5, 0.5, -0.5 }.Zip(Samples.Flat(result)), pair => Assert.Equal(pair.First + added, pair.Second, 1e-5));
        Assert.Equal(5 / 3.0, result.Rounds[^1].Loss!.Value, 1e-6);
        Assert.Equal(2 / 3.0, result.Rounds[^1].Mean("accuracy")!.Value, 1e-6);
    }

    private static async Task Ended(Process client)
    {
        var errors = client.StandardError.ReadToEndAsync();
        await client.WaitForExitAsync();
        Assert.True(client.ExitCode == 0, await errors);
    }
}
