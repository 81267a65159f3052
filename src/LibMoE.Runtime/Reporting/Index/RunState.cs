namespace LibMoE.Runtime.Reporting.Index;

/// <summary>How a run stands, according to its folder.</summary>
internal enum RunState
{
    /// <summary>Its cells are written down, none is begun.</summary>
    Planned,

    /// <summary>A process works on it.</summary>
    Running,

    /// <summary>It has cells that are not done, and nobody works on it.</summary>
    Stopped,

    /// <summary>A cell failed, and nobody works on it.</summary>
    Failed,

    /// <summary>All its cells are done.</summary>
    Finished,

    /// <summary>It was made of another tracker's export.</summary>
    Imported,
}
