namespace LibMoE.Runtime;

/// <summary>One model's answers to tasks, item by item, and the figures made of them.</summary>
/// <param name="Name">The variant's name, or the model's.</param>
/// <param name="Seed">The seed that it was trained with; 0 where there is only one of the name.</param>
/// <param name="Results">The figures.</param>
/// <param name="Outcomes">The answers, by task.</param>
public sealed record ModelEvaluation(string Name, long Seed, EvaluationResults Results, IReadOnlyList<TaskOutcome> Outcomes)
{
    /// <summary><see cref="Results"/> with the tasks that the model was evaluated on before; null where nothing was.</summary>
    internal EvaluationResults? WithEarlier { get; init; }
}
