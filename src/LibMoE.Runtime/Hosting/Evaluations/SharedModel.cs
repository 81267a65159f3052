using System.Text.Json;
using LibMoE.Runtime.Evaluation.Running;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Training;

namespace LibMoE.Runtime.Hosting.Evaluations;

/// <summary>Has a model's tasks computed by all ranks: says which model and which of the tasks it is.</summary>
/// <param name="sharer">The ranks.</param>
/// <param name="tasks">The tasks, which all ranks find alike.</param>
/// <param name="model">Which model.</param>
internal sealed class SharedModel(IWorkSharer sharer, IReadOnlyList<EvaluationTask> tasks, ModelPlace model) : ISharedTask
{
    /// <inheritdoc/>
    public IEnumerable<byte[]> Share(
        EvaluationTask task, IReadOnlyList<int> numbers, Func<int, byte[]> compute, CancellationToken stop) =>
        sharer.Share(new EvaluationWork(model, tasks.ToList().IndexOf(task)).ToJson(), numbers, compute, stop);
}

/// <summary>Which model is evaluated.</summary>
/// <param name="Path">Where it lies; null where a program makes it, which then goes by its name.</param>
/// <param name="Name">Its name.</param>
/// <param name="Cell">The number of the study's cell that it is of; null outside a study.</param>
internal sealed record ModelPlace(string? Path, string Name, int? Cell = null);

/// <summary>What the first rank says of an evaluation that it shares out.</summary>
/// <param name="Model">Which model.</param>
/// <param name="Task">Which of the tasks, from 0.</param>
internal sealed record EvaluationWork(ModelPlace Model, int Task)
{
    /// <summary>As text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RunJson.Line);

    /// <summary>Of the text.</summary>
    public static EvaluationWork Of(string text) => JsonSerializer.Deserialize<EvaluationWork>(text, RunJson.Line)!;
}
