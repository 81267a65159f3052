using Grpc.Core;
using LibMoE.Federated.Contract;
using LibMoE.Federated.Rounds;
using LibMoE.Runtime;

namespace LibMoE.Federated.Server;

/// <summary>Flower's service as a server of this package has it.</summary>
/// <param name="roster">Who takes part.</param>
/// <param name="options">How long a member may take to say its name.</param>
internal sealed class JoinService(Roster roster, FederatedOptions options) : FlowerService.FlowerServiceBase
{
    /// <inheritdoc />
    public override async Task Join(
        IAsyncStreamReader<ClientMessage> requestStream, IServerStreamWriter<ServerMessage> responseStream, ServerCallContext context)
    {
        var member = new RemoteMember(requestStream, responseStream, context.Peer);
        await using var gone = context.CancellationToken.Register(member.Leave).ConfigureAwait(false);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(options.Patience));
        try
        {
            roster.Add(member, await member.AskNameAsync(patience.Token).ConfigureAwait(false));
        }
        catch (Exception silent) when (silent is MemberFailedException or OperationCanceledException)
        {
            return;
        }

        await member.Left.ConfigureAwait(false);
        roster.Remove(member);
    }
}
