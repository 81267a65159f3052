using LibMoE.Federated.Members;
using LibMoE.Federated.Rounds;

namespace LibMoE.Runtime;

/// <summary>A federation in one process, for studies: the same rounds as over a network, one member after the other.</summary>
public static class Federation
{
    /// <summary>Leads all rounds; members end with the last parameters, beside what is local to them.</summary>
    /// <param name="members">The members, all of the same shared shapes; the first one's parameters begin.</param>
    /// <param name="options">Rounds, strategy, and the server's clipping and noise.</param>
    /// <param name="progress">Is told of each round.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="ConfigurationException">Settings are wrong.</exception>
    /// <exception cref="FederationException">No member's parameters are finite.</exception>
    public static FederationResult Run(
        IReadOnlyList<FederatedMember> members, FederatedOptions options, IProgress<FederatedRound>? progress = null,
        CancellationToken stop = default)
    {
        ConfigurationException.ThrowIfAny(options.Problems());
        IReadOnlyList<IRoundMember> all = [.. members.Select(member => new LocalMember(member))];

        // Members here answer before they return, so nothing waits.
        return new RoundLoop(options, _ => Task.FromResult(all)).RunAsync(progress, stop).GetAwaiter().GetResult();
    }
}
