namespace LibMoE.Runtime;

/// <summary>What <c>watch</c> shows and when it raises an alert; configuration section <c>Dashboard</c>.</summary>
public sealed record DashboardOptions
{
    private const int ShortestToken = 16;

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

    /// <summary>A JSON file with alerts of one's own; empty for none.</summary>
    public string Rules { get; init; } = "";

    /// <summary>Where alerts of the watched run are posted as JSON; null posts none. Chat programs take its <c>text</c>.</summary>
    public Uri? Webhook { get; init; }

    /// <summary>Who brings it may change the tags of runs; empty leaves the pages read-only.</summary>
    public string Token { get; init; } = "";

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

        if (Webhook is not (null or { IsAbsoluteUri: true, Scheme: "http" or "https" }))
        {
            problems.Add("Dashboard:Webhook must be an address such as https://chat.example/hooks/1.");
        }

        if (Token.Length is > 0 and < ShortestToken)
        {
            problems.Add($"Dashboard:Token has {Token.Length} characters; it must have at least {ShortestToken}, or none.");
        }

        return problems;
    }
}
