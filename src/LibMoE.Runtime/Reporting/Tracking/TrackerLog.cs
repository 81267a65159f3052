using Microsoft.Extensions.Logging;

namespace LibMoE.Runtime.Reporting.Tracking;

/// <summary>What is said of trackers that fail.</summary>
internal static partial class TrackerLog
{
    /// <summary>Names a tracker that failed.</summary>
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Tracker} failed, and the run goes on without it: {Reason}.")]
    public static partial void Failed(ILogger log, string tracker, string reason);
}
