using LibMoE.Federated.Contract;
using LibMoE.Federated.Rounds;
using LibMoE.Federated.Rules;
using LibMoE.Runtime;

namespace LibMoE.Federated.Wire;

/// <summary>What a member answers to each message of a server.</summary>
/// <param name="member">The member.</param>
internal sealed class MemberAnswers(FederatedMember member)
{
    /// <summary>The property in which a member says what it is called.</summary>
    public const string NameKey = "name";

    /// <summary>Does what the server asks for. What cannot be done is said in the answer's status, and the member stays.</summary>
    /// <param name="asked">The message.</param>
    /// <param name="stop">Ends a training after the step that it is in.</param>
    public ClientMessage To(ServerMessage asked, CancellationToken stop) => asked.MsgCase switch
    {
        ServerMessage.MsgOneofCase.GetPropertiesIns => new ClientMessage { GetPropertiesRes = Properties() },
        ServerMessage.MsgOneofCase.GetParametersIns => new ClientMessage
        {
            GetParametersRes = new() { Status = Done(), Parameters = WireArrays.ToMessage(member.Parameters()) },
        },
        ServerMessage.MsgOneofCase.FitIns => new ClientMessage { FitRes = Fit(asked.FitIns, stop) },
        ServerMessage.MsgOneofCase.EvaluateIns => new ClientMessage { EvaluateRes = Evaluate(asked.EvaluateIns) },
        ServerMessage.MsgOneofCase.ReconnectIns => new ClientMessage { DisconnectRes = new() { Reason = Reason.Ack } },
        _ => throw new FederationException("The server asked for something that this member does not know."),
    };

    private static Status Done() => new() { Code = Code.Ok, Message = "Success" };

    private ClientMessage.Types.GetPropertiesRes Properties()
    {
        var answer = new ClientMessage.Types.GetPropertiesRes { Status = Done() };
        answer.Properties[NameKey] = new Scalar { String = member.Name };
        return answer;
    }

    private ClientMessage.Types.FitRes Fit(ServerMessage.Types.FitIns asked, CancellationToken stop)
    {
        try
        {
            var proximal = asked.Config.TryGetValue(FedProx.Key, out var value) ? value.Double : 0;
            var ended = member.Fit(WireArrays.ToArrays(asked.Parameters), proximal, stop);
            return new() { Status = Done(), Parameters = WireArrays.ToMessage(ended.Arrays), NumExamples = ended.Examples };
        }
        catch (Exception failure) when (failure is InvalidDataException or TrainingFailedException)
        {
            return new() { Status = new() { Code = Code.FitNotImplemented, Message = failure.Message }, Parameters = new() };
        }
    }

    private ClientMessage.Types.EvaluateRes Evaluate(ServerMessage.Types.EvaluateIns asked)
    {
        try
        {
            var measured = member.Measure(WireArrays.ToArrays(asked.Parameters));
            return member.IsPrivate ? Refused("measures nothing for others, since what it sends is private") : Measured(measured);
        }
        catch (InvalidDataException wrong)
        {
            return Refused(wrong.Message);
        }
    }

    private static ClientMessage.Types.EvaluateRes Measured(MeasureAnswer measured)
    {
        var answer = new ClientMessage.Types.EvaluateRes
        {
            Status = Done(),
            Loss = (float)measured.Loss,
            NumExamples = measured.Examples,
        };
        foreach (var (name, value) in measured.Metrics)
        {
            answer.Metrics[name] = new Scalar { Double = value };
        }

        return answer;
    }

    private static ClientMessage.Types.EvaluateRes Refused(string why) =>
        new() { Status = new() { Code = Code.EvaluateNotImplemented, Message = why } };
}
