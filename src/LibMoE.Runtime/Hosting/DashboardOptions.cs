namespace LibMoE.Runtime;

/// <summary>What <c>watch</c> shows and when it raises an alert; configuration section <c>Dashboard</c>.</summary>
public sealed record DashboardOptions
{
    /// <summary>The run folder; empty takes the newest one under <c>Run:Folder</c>.</summary>
    public string Run { get; init; } = "";

    /// <summary>The port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; } = 5080;

    /// <summary>A run folder that routing is compared with, run by run of the same variant and seed; empty compares with none.</summary>
    public string Reference { get; init; } = "";

    /// <summary>The load violation (max − mean)/mean of a block's picks since the last report from which there is an alert;
    /// 2 is three times the even share.</summary>
    public double MaxViolation { get; init; } = 2;

    /// <summary>
    /// The distance ½·Σ_e |u_e − u'_e| between a block's shares of picks and those of the reference at the same step from which there is an
    /// alert: the share of picks that go elsewhere, from 0 to 1.
    /// </summary>
    public double MaxDrift { get; init; } = 0.2;

    /// <summary>An expert without a pick in so many reports in a row is dead.</summary>
    public int DeadAfter { get; init; } = 3;

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (Port is not (>= 0 and <= 65535))
        {
            problems.Add($"Dashboard:Port is {Port}; it must be from 0 (any free port) to 65535.");
        }

        if (!(MaxViolation > 0))
        {
            problems.Add(FormattableString.Invariant($"Dashboard:MaxViolation is {MaxViolation}; it must be above 0."));
        }

        if (MaxDrift is not (> 0 and <= 1))
        {
            problems.Add(FormattableString.Invariant($"Dashboard:MaxDrift is {MaxDrift}; it must be above 0 and at most 1."));
        }

        if (DeadAfter < 1)
        {
            problems.Add($"Dashboard:DeadAfter is {DeadAfter}; it must be at least 1.");
        }

        return problems;
    }
}
