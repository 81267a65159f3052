namespace LibMoE.Dashboard.Alerts;

/// <summary>Something that a person should look at while the study runs.</summary>
/// <param name="Kind">Which rule it is from.</param>
/// <param name="Run">Variant and seed.</param>
/// <param name="Text">What happened, in a sentence.</param>
/// <param name="Place">What of the run it is about, such as <c>block 0</c>: an alert of the same kind, run and place is the same one,
/// though its sentence goes along with the steps.</param>
internal sealed record Alert(AlertKind Kind, string Run, string Text, string Place = "");

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

    /// <summary>A rule of the user's own is broken.</summary>
    Rule,
}
