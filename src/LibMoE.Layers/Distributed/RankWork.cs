using LibMoE.Runtime.Distributed;

namespace LibMoE.Runtime;

/// <summary>A collective that was begun.</summary>
public sealed class RankWork : IDisposable
{
    private readonly Ranks? _ranks;
    private readonly string _name;
    private readonly IPendingSum? _pending;

    internal RankWork(Ranks? ranks, string name, IPendingSum? pending) => (_ranks, _name, _pending) = (ranks, name, pending);

    /// <summary>Nothing to wait for.</summary>
    internal static RankWork Done { get; } = new(null, "", null);

    /// <summary>Comes back when it is done.</summary>
    /// <exception cref="RankFailureException">The ranks did not come together.</exception>
    public void Wait() => _ranks?.Do(_name, () => _pending!.Wait(), isNew: false);

    /// <inheritdoc/>
    public void Dispose() => _pending?.Dispose();
}
