namespace LibMoE.Runtime.Reporting.Report.Records;

/// <summary>How far one run has come, according to its folder.</summary>
internal enum CellStatus
{
    /// <summary>It has begun and not ended: it still runs, or it was stopped.</summary>
    Unfinished,

    /// <summary>It ended well.</summary>
    Finished,

    /// <summary>It ended badly.</summary>
    Failed,
}
