namespace LibMoE.Runtime.Reporting.Evaluations;

/// <summary>How far an evaluation is, in words.</summary>
internal static class EvaluationText
{
    /// <summary>"piqa: 45 %, 12 seconds left of this task".</summary>
    public static string Of(EvaluationProgress at) => FormattableString.Invariant($"{at.Task.Name}: {Math.Floor(at.Share * 100):0} %")
        + (at.Remaining is { TotalSeconds: >= 1 } left ? $", {Figures.Words(left)} left of this task" : "");
}
