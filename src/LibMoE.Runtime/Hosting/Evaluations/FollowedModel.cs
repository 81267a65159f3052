namespace LibMoE.Runtime.Hosting.Evaluations;

/// <summary>The model that a rank computes for another: it stays open until another one is asked for.</summary>
/// <param name="evaluator">Reads tasks.</param>
/// <param name="tasks">The tasks, as the first rank has them.</param>
/// <param name="open">Opens a model.</param>
internal sealed class FollowedModel(Evaluator evaluator, IReadOnlyList<EvaluationTask> tasks, Func<ModelPlace, StoredScorer> open)
    : IDisposable
{
    private (ModelPlace Place, StoredScorer Scorer)? _now;

    /// <summary>Prepares what the first rank shares out.</summary>
    /// <param name="what">What it says of it.</param>
    public Func<int, byte[]> Prepare(string what)
    {
        var work = EvaluationWork.Of(what);
        if (_now?.Place != work.Model)
        {
            Dispose();
            _now = (work.Model, open(work.Model));
        }

        return evaluator.Computing(_now.Value.Scorer.Scorer, tasks[work.Task]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _now?.Scorer.Dispose();
        _now = null;
    }
}
