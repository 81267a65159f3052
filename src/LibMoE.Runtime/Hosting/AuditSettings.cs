namespace LibMoE.Runtime;

/// <summary>What the verb <c>audit</c> looks at and adds; configuration section <c>Audit</c>.</summary>
public sealed record AuditSettings
{
    /// <summary>The log.</summary>
    public string Log { get; init; } = "";

    /// <summary>The model whose use a person approves: its file, folder or address; empty approves none.</summary>
    public string Approve { get; init; } = "";

    /// <summary>The model whose use a person refuses, also one that was approved; empty refuses none.</summary>
    public string Refuse { get; init; } = "";

    /// <summary>Who approves or refuses: a name, never a secret.</summary>
    public string Who { get; init; } = "";

    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The hash of an entry that was noted earlier, and must still be in the log; empty asks for none.</summary>
    public string Head { get; init; } = "";
}
