using Grpc.Core;
using Grpc.Net.Client;
using LibMoE.Federated.Contract;
using LibMoE.Federated.Wire;

namespace LibMoE.Runtime;

/// <summary>Joins a learner to a federation: Flower's bidirectional service (<c>start_server</c> of flwr), or a server of this
/// package.</summary>
public static class FlowerClient
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(0.5);

    /// <summary>Takes part until the server says that it is over. A server that is not there yet is waited for.</summary>
    /// <param name="member">The member.</param>
    /// <param name="joined">Is called when the server has spoken first.</param>
    /// <param name="stop">Leaves.</param>
    /// <exception cref="FederationException">No server answered for as long as <see cref="FederatedOptions.Patience"/> says, or it hung
    /// up.</exception>
    public static async Task JoinAsync(FederatedMember member, Action? joined = null, CancellationToken stop = default)
    {
        var until = DateTime.UtcNow.AddSeconds(member.Options.Patience);
        while (true)
        {
            var spoke = false;
            try
            {
                var comeBack = await TakePartAsync(member, Spoke, stop).ConfigureAwait(false);
                if (comeBack <= TimeSpan.Zero)
                {
                    return;
                }

                await Task.Delay(comeBack, stop).ConfigureAwait(false);
                until = DateTime.UtcNow.AddSeconds(member.Options.Patience);
            }
            catch (Exception broken) when (IsOfCall(broken) && stop.IsCancellationRequested)
            {
                throw new OperationCanceledException(stop);
            }
            catch (RpcException absent) when (!spoke && absent.StatusCode == StatusCode.Unavailable && DateTime.UtcNow < until)
            {
                await Task.Delay(BetweenTries, stop).ConfigureAwait(false);
            }
            catch (Exception broken) when (IsOfCall(broken))
            {
                var why = broken is RpcException call ? call.Status.Detail : broken.Message;
                throw new FederationException(spoke
                    ? $"The server at {member.Options.Server} hung up in the middle of the federation: {why}"
                    : $"Federated:Server is {member.Options.Server}, where nobody leads a federation: {why}");
            }

            void Spoke()
            {
                spoke = true;
                joined?.Invoke();
                joined = null;
            }
        }
    }

    /// <summary>One call, from the first message to the end.</summary>
    /// <returns>After how long to come back; 0 for not at all.</returns>
    private static async Task<TimeSpan> TakePartAsync(FederatedMember member, Action spoke, CancellationToken stop)
    {
        using var channel = GrpcChannel.ForAddress(member.Options.Server, new GrpcChannelOptions
        {
            MaxReceiveMessageSize = WireArrays.Longest,
            MaxSendMessageSize = WireArrays.Longest,
        });
        using var call = new FlowerService.FlowerServiceClient(channel).Join(cancellationToken: stop);
        var answers = new MemberAnswers(member);
        while (await call.ResponseStream.MoveNext(stop).ConfigureAwait(false))
        {
            spoke();
            var asked = call.ResponseStream.Current;
            var answer = await Task.Run(() => answers.To(asked, stop), stop).ConfigureAwait(false);
            if (asked.MsgCase == ServerMessage.MsgOneofCase.ReconnectIns)
            {
                await SayGoodbyeAsync(call, answer).ConfigureAwait(false);
                return TimeSpan.FromSeconds(Math.Max(0, asked.ReconnectIns.Seconds));
            }

            await call.RequestStream.WriteAsync(answer, stop).ConfigureAwait(false);
        }

        return TimeSpan.Zero;
    }

    private static async Task SayGoodbyeAsync(AsyncDuplexStreamingCall<ClientMessage, ServerMessage> call, ClientMessage answer)
    {
        try
        {
            await call.RequestStream.WriteAsync(answer).ConfigureAwait(false);
            await call.RequestStream.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception broken) when (IsOfCall(broken))
        {
            // It is over either way; a server may hang up before it has heard.
        }
    }

    /// <summary>What a broken call throws, depending on where it broke.</summary>
    private static bool IsOfCall(Exception broken) =>
        broken is RpcException or InvalidOperationException or IOException and not FederationException;
}
