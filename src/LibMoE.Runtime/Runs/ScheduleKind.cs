namespace LibMoE.Runtime;

/// <summary>What the learning rate does after the warm-up.</summary>
public enum ScheduleKind
{
    /// <summary>Falls to its minimum along half a cosine (Loshchilov and Hutter 2017).</summary>
    Cosine,

    /// <summary>Stays.</summary>
    Constant,

    /// <summary>Stays, then falls to its minimum linearly over the last steps (Hu et al. 2024).</summary>
    WarmupStableDecay,
}
