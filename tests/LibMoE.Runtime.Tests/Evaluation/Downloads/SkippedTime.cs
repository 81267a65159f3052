using System.Collections.Concurrent;

namespace LibMoE.Runtime.Tests.Evaluation.Downloads;

/// <summary>A clock on which every wait is over at once; it keeps how long each was to be.</summary>
internal sealed class SkippedTime : TimeProvider
{
    private TimeSpan _waited;

    public static DateTimeOffset Start { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public ConcurrentQueue<TimeSpan> Waits { get; } = [];

    /// <summary>Told of a wait before it is over.</summary>
    public Action OnWait { get; set; } = () => { };

    public override DateTimeOffset GetUtcNow() => Start + _waited;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Waits.Enqueue(dueTime);
        _waited += dueTime;
        OnWait();
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
