namespace LibMoE.Runtime;

/// <summary>What the verb <c>audit</c> looks at; configuration section <c>Audit</c>.</summary>
public sealed record AuditSettings
{
    /// <summary>The log.</summary>
    public string Log { get; init; } = "";

    /// <summary>The hash of an entry that was noted earlier, and must still be in the log; empty asks for none.</summary>
    public string Head { get; init; } = "";
}
