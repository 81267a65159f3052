namespace LibMoE.Runtime.Common;

/// <summary>A clock that stands still, so that what is made by it is the same each time.</summary>
/// <param name="time">The time, which is also the local one.</param>
internal sealed class StandingClock(DateTimeOffset time) : TimeProvider
{
    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => time;
}
