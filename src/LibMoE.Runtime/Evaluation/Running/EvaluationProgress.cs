namespace LibMoE.Runtime;

/// <summary>How far the evaluation of a task is.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Task">The task.</param>
/// <param name="DoneTokens">Tokens that are computed, those of an earlier, killed evaluation included.</param>
/// <param name="TotalTokens">Tokens in all.</param>
/// <param name="Remaining">How long the rest of the task will take at the speed so far; null before the first batch.</param>
public sealed record EvaluationProgress(string Model, EvaluationTask Task, long DoneTokens, long TotalTokens, TimeSpan? Remaining)
{
    /// <summary>From 0 to 1.</summary>
    public double Share => TotalTokens == 0 ? 1 : (double)DoneTokens / TotalTokens;
}
