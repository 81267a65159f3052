using System.Globalization;
using LibMoE.Federated.Arrays;
using LibMoE.Runtime;
using LibMoE.Runtime.Testing;

namespace LibMoE.Federated.Tests;

/// <summary>A real server of Flower, where Python has the package flwr: <c>start_server</c>, which flwr 1.8.0 has and later ones keep under
/// compatibility.</summary>
public sealed class FlowerServerTests
{
    private const int Members = 4;
    private const int Rounds = 5;

    /// <summary>FedAvg over all members; prints the losses and the last parameters.</summary>
    private const string Program = """
        import base64, sys
        import flwr
        from flwr.server.strategy import FedAvg

        class Kept(FedAvg):
            def aggregate_fit(self, server_round, results, failures):
                answer = super().aggregate_fit(server_round, results, failures)
                self.last = answer[0]
                print("failures", len(failures), flush=True)
                return answer

        port, rounds, members = sys.argv[1:]
        kept = Kept(min_fit_clients=int(members), min_evaluate_clients=int(members), min_available_clients=int(members))
        history = flwr.server.start_server(
            server_address="127.0.0.1:" + port, config=flwr.server.ServerConfig(num_rounds=int(rounds)), strategy=kept)
        for number, loss in history.losses_distributed:
            print("loss", number, loss)
        for array in kept.last.tensors:
            print("array", base64.b64encode(array).decode())
        """;

    [SkippableFact]
    public async Task Members_of_this_package_train_with_Flower_s_FedAvg_to_the_parameters_of_one_process()
    {
        var python = Python.With("flwr");
        Skip.If(python is null, "python3 cannot import flwr here.");
        var port = FreePort.Find();
        using var server = Python.Start(
            python, Program, $"{port}", Rounds.ToString(CultureInfo.InvariantCulture), Members.ToString(CultureInfo.InvariantCulture));
        var (output, errors) = (server.StandardOutput.ReadToEndAsync(), server.StandardError.ReadToEndAsync());

        var options = new FederatedOptions { Server = $"http://127.0.0.1:{port}", Patience = 60 };
        await Task.WhenAll(Enumerable.Range(1, Members).Select(number => FlowerClient.JoinAsync(Samples.Member(number, options))));
        await server.WaitForExitAsync();

        var lines = (await output).Split('\n').Select(line => line.Trim().Split(' ')).ToLookup(words => words[0]);
        Assert.True(server.ExitCode == 0, await errors);
        Assert.Equal(Enumerable.Repeat("0", Rounds), lines["failures"].Select(words => words[1]));
        var within = Federation.Run(
            [.. Enumerable.Range(1, Members).Select(number => Samples.Member(number))], new FederatedOptions { Rounds = Rounds });
        var arrays = lines["array"].Select(words => NpyArray.Read(Convert.FromBase64String(words[1]))).ToList();
        Assert.All(
            Samples.Flat(within).Zip(arrays.SelectMany(array => array.Values)), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.All(lines["loss"].Zip(within.Rounds), pair => Assert.Equal(
            pair.Second.Loss!.Value, double.Parse(pair.First[2], CultureInfo.InvariantCulture), 1e-5));
    }
}
