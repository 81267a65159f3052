using Grpc.Core;
using LibMoE.Federated.Arrays;
using LibMoE.Federated.Contract;
using LibMoE.Federated.Rounds;
using LibMoE.Federated.Wire;
using Status = LibMoE.Federated.Contract.Status;

namespace LibMoE.Federated.Server;

/// <summary>A member at the other end of a call: one question, one answer. Who fails once has left, since a late answer would be taken for
/// that of the next question.</summary>
/// <param name="answers">What it sends.</param>
/// <param name="questions">What it is asked.</param>
/// <param name="name">What it is called until it has said so.</param>
internal sealed class RemoteMember(IAsyncStreamReader<ClientMessage> answers, IServerStreamWriter<ServerMessage> questions, string name)
    : IRoundMember
{
    private const int LongestName = 80;

    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc />
    public string Name { get; set; } = name;

    /// <summary>Ends when it has left, or was told that the federation is over.</summary>
    public Task Left => _left.Task;

    /// <summary>Counts it as gone.</summary>
    public void Leave() => _left.TrySetResult();

    /// <summary>Asks what it is called; one that does not say keeps the name that it has.</summary>
    public async Task<string> AskNameAsync(CancellationToken stop)
    {
        var answer = await AskAsync(new ServerMessage { GetPropertiesIns = new() }, stop).ConfigureAwait(false);
        var said = answer.GetPropertiesRes?.Properties.TryGetValue(MemberAnswers.NameKey, out var value) == true ? value.String : "";
        var plain = new string([.. said.Where(letter => !char.IsControl(letter)).Take(LongestName)]);
        return plain.Length > 0 ? plain : Name;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<NpyArray>> ParametersAsync(CancellationToken stop)
    {
        var answer = await AskAsync(new ServerMessage { GetParametersIns = new() }, stop).ConfigureAwait(false);
        return Arrays(answer.GetParametersRes?.Status, answer.GetParametersRes?.Parameters);
    }

    /// <inheritdoc />
    public async Task<FitAnswer> FitAsync(
        int round, IReadOnlyList<NpyArray> begin, IReadOnlyDictionary<string, double> config, CancellationToken stop)
    {
        var asked = new ServerMessage.Types.FitIns { Parameters = WireArrays.ToMessage(begin) };
        asked.Config[RoundKey] = new Scalar { Sint64 = round };
        foreach (var (key, value) in config)
        {
            asked.Config[key] = new Scalar { Double = value };
        }

        var answer = (await AskAsync(new ServerMessage { FitIns = asked }, stop).ConfigureAwait(false)).FitRes;
        return new FitAnswer(Arrays(answer?.Status, answer?.Parameters), answer?.NumExamples ?? 0);
    }

    /// <inheritdoc />
    public async Task<MeasureAnswer> MeasureAsync(int round, IReadOnlyList<NpyArray> parameters, CancellationToken stop)
    {
        var asked = new ServerMessage.Types.EvaluateIns { Parameters = WireArrays.ToMessage(parameters) };
        asked.Config[RoundKey] = new Scalar { Sint64 = round };
        var answer = (await AskAsync(new ServerMessage { EvaluateIns = asked }, stop).ConfigureAwait(false)).EvaluateRes;
        RefuseUnlessDone(answer?.Status);
        return new MeasureAnswer(
            answer!.Loss, answer.NumExamples,
            answer.Metrics.Where(metric => metric.Value.ScalarCase == Scalar.ScalarOneofCase.Double && double.IsFinite(metric.Value.Double))
                .ToDictionary(metric => metric.Key, metric => metric.Value.Double));
    }

    /// <summary>Tells it that the federation is over.</summary>
    public async Task EndAsync(CancellationToken stop)
    {
        try
        {
            await AskAsync(new ServerMessage { ReconnectIns = new() }, stop).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is MemberFailedException or OperationCanceledException)
        {
            // It is over for it either way.
        }

        Leave();
    }

    /// <summary>What Flower's examples call the round.</summary>
    private const string RoundKey = "server_round";

    private async Task<ClientMessage> AskAsync(ServerMessage question, CancellationToken stop)
    {
        if (Left.IsCompleted)
        {
            throw new MemberFailedException("has left");
        }

        try
        {
            await questions.WriteAsync(question, stop).ConfigureAwait(false);
            if (await answers.MoveNext(stop).ConfigureAwait(false))
            {
                return answers.Current;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Leave();
            throw;
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException or RpcException or OperationCanceledException)
        {
            // Which of them it is depends on where the call broke.
        }

        Leave();
        throw new MemberFailedException("has left");
    }

    private static IReadOnlyList<NpyArray> Arrays(Status? status, Parameters? parameters)
    {
        RefuseUnlessDone(status);
        try
        {
            return WireArrays.ToArrays(parameters);
        }
        catch (InvalidDataException wrong)
        {
            throw new MemberFailedException(wrong.Message);
        }
    }

    private static void RefuseUnlessDone(Status? status)
    {
        if (status is null)
        {
            throw new MemberFailedException("answered something else than it was asked");
        }

        if (status.Code != Code.Ok)
        {
            throw new MemberFailedException(status.Message.Length > 0 ? status.Message : $"answered {status.Code}");
        }
    }
}
