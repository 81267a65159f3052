namespace LibMoE.Runtime;

/// <summary>What a mean was taken over.</summary>
public enum MeanKind
{
    /// <summary>All items alike.</summary>
    Pooled,

    /// <summary>Each group's own mean, all groups alike.</summary>
    Macro,

    /// <summary>The sum of groups' means.</summary>
    Sum,
}
