using LibMoE.Runtime.Studies;
using Microsoft.Extensions.Logging;

namespace LibMoE.Runtime.Reporting.Tracking;

/// <summary>Keeps a tracker's failures from the run: the first is said, and the tracker is asked nothing any more.</summary>
/// <param name="name">The tracker's name.</param>
/// <param name="make">Makes the watcher.</param>
/// <param name="log">Where the failure is said.</param>
internal sealed class GuardedWatcher(string name, Func<ICellWatcher> make, ILogger log) : ICellWatcher
{
    private ICellWatcher? _watcher;
    private bool _isBroken;
    private bool _isSaid;

    /// <summary>Makes the watcher now.</summary>
    public GuardedWatcher Begin()
    {
        Try(() => _watcher = make());
        return this;
    }

    /// <inheritdoc />
    public void Report(TrainingProgress progress) => Try(() => _watcher?.Report(progress));

    /// <inheritdoc />
    public void Finish(TrainingResult result) => Try(() => _watcher?.Finish(result));

    /// <inheritdoc />
    public void Break(Exception? reason) => Try(() => _watcher?.Break(reason));

    /// <inheritdoc />
    public void Dispose()
    {
        _isBroken = _watcher is null;
        Try(() => _watcher?.Dispose());
    }

    private void Try(Action act)
    {
        if (_isBroken)
        {
            return;
        }

        try
        {
            act();
        }
#pragma warning disable CA1031 // Whatever a tracker dies of, the run goes on.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _isBroken = true;
            if (!_isSaid)
            {
                _isSaid = true;
                TrackerLog.Failed(log, name, failure.Message.Split('\n')[0].TrimEnd('.'));
            }
        }
    }
}
