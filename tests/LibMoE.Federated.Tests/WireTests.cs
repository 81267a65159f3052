using Grpc.Core;
using Grpc.Net.Client;
using LibMoE.Federated.Arrays;
using LibMoE.Federated.Contract;
using LibMoE.Federated.Wire;
using LibMoE.Runtime;

namespace LibMoE.Federated.Tests;

/// <summary>Rounds over Flower's protocol, with the server of this package.</summary>
public sealed class WireTests
{
    [Fact]
    public async Task Over_the_wire_parameters_are_those_of_one_process()
    {
        var options = new FederatedOptions { Rounds = 5, Members = 4, Strategy = FederatedStrategy.FedAdam, Port = 0 };
        await using var served = Served.Start(options);
        var address = await served.Address;

        await Task.WhenAll(Enumerable.Range(1, 4).Select(number => FlowerClient.JoinAsync(Member(number, address))));
        var over = await served.Result;
        var within = Federation.Run([.. Enumerable.Range(1, 4).Select(number => Samples.Member(number))], options);

        Assert.Equal(5, over.Rounds.Count);
        Assert.All(over.Rounds, round => Assert.Empty(round.Refused));
        Assert.All(Samples.Flat(over).Zip(Samples.Flat(within)), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
        Assert.Equal(within.Rounds[^1].Loss!.Value, over.Rounds[^1].Loss!.Value, 1e-5);
        Assert.Equal(within.Rounds[^1].Mean("accuracy"), over.Rounds[^1].Mean("accuracy"));
    }

    [Fact]
    public async Task FedProx_of_the_server_reaches_members()
    {
        var options = new FederatedOptions { Rounds = 2, Members = 1, Strategy = FederatedStrategy.FedProx, Proximal = 5, Port = 0 };
        await using var served = Served.Start(options);

        await FlowerClient.JoinAsync(Member(1, await served.Address));
        var over = await served.Result;
        var held = Federation.Run([Samples.Member(1)], options);
        var free = Federation.Run([Samples.Member(1)], options with { Strategy = FederatedStrategy.FedAvg });

        Assert.All(Samples.Flat(over).Zip(Samples.Flat(held)), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
        Assert.Contains(Samples.Flat(held).Zip(Samples.Flat(free)), pair => Math.Abs(pair.First - pair.Second) > 1e-3);
    }

    [Theory]
    [InlineData("nan", "sent array 0, which has 1 of 6 numbers that are not finite")]
    [InlineData("shape", "sent array 0, which has shape [6, 1]; it must be [2, 3]")]
    [InlineData("few", "sent 1 arrays; there must be 2")]
    [InlineData("none", "weighs 0 examples; it must weigh at least 1")]
    [InlineData("bytes", "sent array 0, which is no .npy file of version 1 to 3")]
    [InlineData("type", "sent parameters of type 'pickle'; it must be numpy.ndarray")]
    [InlineData("other", "answered something else than it was asked")]
    [InlineData("unable", "the disk is full")]
    [InlineData("hangs up", "has left")]
    [InlineData("silent", "did not answer within 2 s")]
    public async Task A_member_that_sends_what_cannot_be_used_is_named_and_the_round_goes_on(string how, string reason)
    {
        var options = new FederatedOptions { Rounds = 2, Members = 2, Patience = how == "silent" ? 2 : 60, Port = 0 };
        await using var served = Served.Start(options);
        var address = await served.Address;
        var good = FlowerClient.JoinAsync(Member(1, address));
        var bad = new BadMember(address, how).RunAsync();

        await good;
        await bad;
        var result = await served.Result;

        Assert.Equal(new MemberRefusal("bad", reason), Assert.Single(result.Rounds[0].Refused));
        Assert.All(result.Rounds, round => Assert.Equal(["m1"], round.Members.Select(member => member.Name)));
        var alone = Federation.Run([Samples.Member(1)], options);
        Assert.All(Samples.Flat(result).Zip(Samples.Flat(alone)), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
    }

    [Fact]
    public async Task Who_comes_late_takes_part_from_the_next_round_and_who_leaves_is_missed_by_name()
    {
        var late = new TaskCompletionSource();
        var leaving = new CancellationTokenSource();
        var options = new FederatedOptions { Rounds = 200, Members = 2, Port = 0 };
        var rounds = new List<FederatedRound>();
        using var enough = new CancellationTokenSource();
        await using var served = Served.Start(options, new Told(round =>
        {
            rounds.Add(round);
            late.TrySetResult();
            if (round.Members.Count == 3)
            {
                leaving.Cancel();
            }
            else if (leaving.IsCancellationRequested && round is { Members.Count: 2, Refused.Count: 0 })
            {
                enough.Cancel();
            }
        }), enough.Token);
        var address = await served.Address;
        var (first, second) = (Join(1, default), Join(2, leaving.Token));
        await late.Task;
        var third = Join(3, default);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => served.Result);
        await Task.WhenAll(first, second, third);

        Assert.Equal(["m1", "m2"], rounds[0].Members.Select(member => member.Name));
        Assert.Contains(rounds, round => round.Members.Count == 3);
        Assert.Equal(["m1", "m3"], rounds[^1].Members.Select(member => member.Name));
        Assert.Contains(rounds, round => round.Refused.Any(refused => refused is { Name: "m2", Reason: "has left" })
            || !round.Measured.Select(member => member.Name).Contains("m2"));

        async Task Join(int number, CancellationToken stop)
        {
            try
            {
                await FlowerClient.JoinAsync(Member(number, address), stop: stop);
            }
            catch (Exception ended) when (ended is OperationCanceledException or FederationException)
            {
                // Left, as it was told to, or the server was stopped.
            }
        }
    }

    [Fact]
    public async Task Two_of_one_name_are_told_apart()
    {
        var options = new FederatedOptions { Rounds = 1, Members = 2, Port = 0 };
        await using var served = Served.Start(options);
        var address = await served.Address;

        await Task.WhenAll(FlowerClient.JoinAsync(Member(1, address)), FlowerClient.JoinAsync(Member(1, address)));

        Assert.Equal(["m1", "m1-2"], (await served.Result).Rounds[0].Members.Select(member => member.Name));
    }

    [Fact]
    public async Task A_private_member_tells_no_loss_to_the_server()
    {
        await using var served = Served.Start(new FederatedOptions { Rounds = 2, Members = 1, Port = 0 });
        var member = Samples.Member(1, new FederatedOptions { Server = await served.Address, Clip = 0.1, Noise = 1 });

        await FlowerClient.JoinAsync(member);
        var result = await served.Result;

        Assert.All(result.Rounds, round => Assert.Empty(round.Measured));
        Assert.All(result.Rounds, round => Assert.Equal([new MemberShare("m1", 1)], round.Members));
        Assert.Equal(GaussianAccountant.Epsilon(1, 2, 1e-5, replaced: true), member.Epsilon);
    }

    [Fact]
    public void Parameters_of_a_server_that_do_not_fit_are_refused_by_the_member_with_the_name_of_the_first()
    {
        var answers = new MemberAnswers(Samples.Member(1));
        var parameters = WireArrays.ToMessage([new([3, 3], new float[9]), new([2], [0, 0])]);
        var asked = new ServerMessage { FitIns = new() { Parameters = parameters } };

        var answer = answers.To(asked, default).FitRes;

        Assert.Equal(Code.FitNotImplemented, answer.Status.Code);
        Assert.Equal("head.weight has shape [3, 3]; it must be [2, 3]", answer.Status.Message);
    }

    [Fact]
    public async Task A_server_listens_on_this_machine_alone_by_default()
    {
        Assert.Equal("127.0.0.1", new FederatedOptions().Address);
        await using var served = Served.Start(new FederatedOptions { Port = 0, Rounds = 1, Members = 1 });
        var address = await served.Address;
        Assert.Equal("127.0.0.1", new Uri(address).Host);
        await FlowerClient.JoinAsync(Member(1, address));
    }

    [Fact]
    public async Task Nobody_leading_is_said_with_the_address()
    {
        var member = Samples.Member(1, new FederatedOptions { Server = "http://127.0.0.1:1", Patience = 0.2 });

        var failed = await Assert.ThrowsAsync<FederationException>(() => FlowerClient.JoinAsync(member));

        Assert.StartsWith(
            "Federated:Server is http://127.0.0.1:1, where nobody leads a federation: ", failed.Message, StringComparison.Ordinal);
    }

    private static FederatedMember Member(int number, string address) => Samples.Member(number, new FederatedOptions { Server = address });

    private sealed class Told(Action<FederatedRound> tell) : IProgress<FederatedRound>
    {
        public void Report(FederatedRound value) => tell(value);
    }

    /// <summary>A member that does one thing wrong when it is to train.</summary>
    private sealed class BadMember(string address, string how)
    {
        public async Task RunAsync()
        {
            using var channel = GrpcChannel.ForAddress(address);
            using var call = new FlowerService.FlowerServiceClient(channel).Join();
            try
            {
                while (await call.ResponseStream.MoveNext(default))
                {
                    var asked = call.ResponseStream.Current;
                    if (asked.MsgCase == ServerMessage.MsgOneofCase.FitIns && how == "hangs up")
                    {
                        return;
                    }

                    if (asked.MsgCase != ServerMessage.MsgOneofCase.FitIns || how != "silent")
                    {
                        await call.RequestStream.WriteAsync(Answer(asked));
                    }
                }
            }
            catch (Exception broken) when (broken is RpcException or IOException or InvalidOperationException)
            {
                // Sent away.
            }
        }

        private ClientMessage Answer(ServerMessage asked)
        {
            var done = new Contract.Status();
            switch (asked.MsgCase)
            {
                case ServerMessage.MsgOneofCase.GetPropertiesIns:
                    var properties = new ClientMessage.Types.GetPropertiesRes { Status = done };
                    properties.Properties["name"] = new Scalar { String = "bad" };
                    return new() { GetPropertiesRes = properties };
                case ServerMessage.MsgOneofCase.GetParametersIns:
                    // The first in order is asked first: refused, the next one's begin.
                    return new() { GetParametersRes = new() { Status = new() { Code = Code.GetParametersNotImplemented } } };
                case ServerMessage.MsgOneofCase.EvaluateIns:
                    return new() { EvaluateRes = new() { Status = new() { Code = Code.EvaluateNotImplemented } } };
                case ServerMessage.MsgOneofCase.ReconnectIns:
                    return new() { DisconnectRes = new() { Reason = Reason.Ack } };
                default:
                    return how == "other" ? new() { EvaluateRes = new() } : new() { FitRes = Fit(asked.FitIns) };
            }
        }

        private ClientMessage.Types.FitRes Fit(ServerMessage.Types.FitIns asked)
        {
            var arrays = WireArrays.ToArrays(asked.Parameters).ToList();
            switch (how)
            {
                case "nan":
                    arrays[0].Values[2] = float.NaN;
                    break;
                case "shape":
                    arrays[0] = new NpyArray([6, 1], arrays[0].Values);
                    break;
                case "few":
                    arrays.RemoveAt(1);
                    break;
            }

            var message = WireArrays.ToMessage(arrays);
            if (how == "bytes")
            {
                message.Tensors[0] = Google.Protobuf.ByteString.CopyFromUtf8("pickle");
            }

            message.TensorType = how == "type" ? "pickle" : message.TensorType;
            return new()
            {
                Status = how == "unable" ? new() { Code = Code.FitNotImplemented, Message = "the disk is full" } : new(),
                Parameters = message,
                NumExamples = how == "none" ? 0 : 10,
            };
        }
    }
}
