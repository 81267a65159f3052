namespace LibMoE.Runtime;

/// <summary>How a program ends; the same for every verb.</summary>
public static class ExitCode
{
    /// <summary>Everything was done.</summary>
    public const int Done = 0;

    /// <summary>Something failed while it ran; what had been finished is kept.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage or configuration; nothing was started.</summary>
    public const int Usage = 2;

    /// <summary>The processes that train together did not come together: one is gone, hangs, or does something else. What was saved is
    /// valid; the job may be started again (EX_TEMPFAIL).</summary>
    public const int RankFailure = 75;

    /// <summary>Stopped after saving, by SIGINT, SIGTERM or SIGHUP alike: 128 + SIGINT, as shells count it.</summary>
    public const int Stopped = 130;
}
