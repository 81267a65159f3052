namespace LibMoE.Runtime.Reporting.Report.Parts;

/// <summary>How much a remark matters.</summary>
internal enum NoticeLevel
{
    /// <summary>Something that the figures say.</summary>
    Finding,

    /// <summary>A sentence of the answer to a study's question.</summary>
    Answer,

    /// <summary>How to read what the figures say.</summary>
    Note,

    /// <summary>Something that the figures cannot say, or that limits what they say.</summary>
    Caution,

    /// <summary>Something is missing or broken.</summary>
    Fault,
}

/// <summary>A remark.</summary>
internal sealed record Notice(NoticeLevel Level, string Text);
