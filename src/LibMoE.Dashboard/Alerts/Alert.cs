namespace LibMoE.Dashboard.Alerts;

/// <summary>Something that a person should look at while the study runs.</summary>
/// <param name="Kind">Which rule it is from.</param>
/// <param name="Run">Variant and seed.</param>
/// <param name="Text">What happened, in a sentence.</param>
internal sealed record Alert(AlertKind Kind, string Run, string Text);

/// <summary>The rules that raise alerts.</summary>
internal enum AlertKind
{
    /// <summary>The run failed.</summary>
    RunFailed,

    /// <summary>The loss is not a number.</summary>
    LossNotFinite,

    /// <summary>An expert gets no tokens any more.</summary>
    DeadExpert,

    /// <summary>Load is more uneven than allowed.</summary>
    LoadViolation,

    /// <summary>Picks go elsewhere than in the reference run.</summary>
    RoutingDrift,
}
