using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace LibMoE.Runtime.Reporting.Tracking;

/// <summary>
/// Sends what a run has to say to a server, in order, without the training waiting for it. What a slow server cannot take is dropped, the
/// oldest first; one that fails several times in a row is given up; the end waits for it for a limited time.
/// </summary>
/// <param name="name">The server, for what is said of it.</param>
/// <param name="log">Where that is said.</param>
/// <param name="patience">How long the end waits for what is left.</param>
internal sealed class BackgroundSender(string name, ILogger log, TimeSpan patience) : IDisposable
{
    /// <summary>Failures in a row after which a server is given up.</summary>
    public const int Failures = 3;

    private const int Waiting = 1000;

    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(1);

    private readonly Channel<Func<CancellationToken, Task>> _queue = Channel.CreateBounded<Func<CancellationToken, Task>>(
        new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly CancellationTokenSource _end = new();
    private Task? _sending;

    /// <summary>Sends this after what waits already; at once, as far as the caller is concerned.</summary>
    public void Send(Func<CancellationToken, Task> send)
    {
        _sending ??= Task.Run(SendAllAsync);
        _queue.Writer.TryWrite(send);
    }

    /// <summary>Ends once all is sent, or patience is at its end.</summary>
    public void Dispose()
    {
        _queue.Writer.TryComplete();
        if (_sending is { } sending && !sending.Wait(patience))
        {
            _end.Cancel();
            TrackerLog.Failed(log, name, FormattableString.Invariant($"it did not take everything within {patience.TotalSeconds:F0} s"));
            sending.Wait(LastMoment);
        }

        _end.Dispose();
    }

    private async Task SendAllAsync()
    {
        var (failed, last) = (0, "");
        await foreach (var send in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (_end.IsCancellationRequested || failed == Failures)
            {
                break;
            }

            try
            {
                await send(_end.Token).ConfigureAwait(false);
                failed = 0;
            }
#pragma warning disable CA1031 // Whatever a server does, the run goes on.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                (failed, last) = (failed + 1, failure.Message.Split('\n')[0].TrimEnd('.'));
            }
        }

        if (failed > 0 && !_end.IsCancellationRequested)
        {
            TrackerLog.Failed(log, name, last);
        }
    }
}
