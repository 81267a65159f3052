using LibMoE.Runtime.Training;

namespace LibMoE.Runtime.Evaluation.Running;

/// <summary>Has a model's task computed by several ranks, which prepare the same model and task.</summary>
internal interface ISharedTask
{
    /// <summary>As <see cref="IWorkSharer.Share"/>.</summary>
    /// <param name="task">The task.</param>
    /// <param name="numbers">The batches or questions.</param>
    /// <param name="compute">Computes one.</param>
    /// <param name="stop">Ends the work between two rounds.</param>
    IEnumerable<byte[]> Share(EvaluationTask task, IReadOnlyList<int> numbers, Func<int, byte[]> compute, CancellationToken stop);
}
