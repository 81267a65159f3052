using LibMoE.Runtime;

namespace LibMoE.Federated.Tests;

/// <summary>A federation that is led on a free port of this machine.</summary>
internal sealed class Served : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly TaskCompletionSource<string> _started = new();

    private Served(CancellationToken stop) => _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);

    /// <summary>Where members join.</summary>
    public Task<string> Address => _started.Task;

    /// <summary>What it comes to.</summary>
    public Task<FederationResult> Result { get; private set; } = null!;

    public static Served Start(FederatedOptions options, IProgress<FederatedRound>? progress = null, CancellationToken stop = default)
    {
        var served = new Served(stop);
        served.Result = FederationServer.ServeAsync(
            options, address => served._started.SetResult(address.ToString()), progress, served._stop.Token);
        return served;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(Result);
        _stop.Dispose();
    }
}
