using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners;

/// <summary>Measures a learner on its held-out examples, batch by batch.</summary>
internal static class LearnerScores
{
    /// <summary>The metrics and the load of the experts; the model is left in the mode that it was in.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="examples">How many of its held-out examples, from the first.</param>
    /// <param name="batch">How many go through the model at once.</param>
    public static HeldOut Measure(Learner learner, int examples, int batch)
    {
        var load = new LoadMeter();
        List<List<double>> items = [.. learner.Metrics.Select(_ => new List<double>())];
        foreach (var scores in Of(learner, examples, batch, new MoeContext { Losses = false }))
        {
            foreach (var (all, some) in items.Zip(scores.Items))
            {
                all.AddRange(some);
            }

            load.Add([.. scores.Routings.Select(routing => routing.TokensPerExpert?.cpu().data<long>().ToArray())]);
        }

        var measured = learner.Summarize(items);
        return measured.Select(metric => metric.Name).SequenceEqual(learner.Metrics.Select(metric => metric.Name))
            ? new HeldOut(measured, load.Take())
            : throw new InvalidOperationException(
                $"{learner.GetType().Name}.{nameof(learner.Summarize)} gives {string.Join(", ", measured.Select(metric => metric.Name))}; "
                + $"its {nameof(learner.Metrics)} are {string.Join(", ", learner.Metrics.Select(metric => metric.Name))}.");
    }

    /// <summary>The scores of the first examples, one batch after the other, in evaluation mode without gradients. The tensors of a batch
    /// live until the next is asked for.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="examples">How many of its held-out examples, from the first.</param>
    /// <param name="batch">How many go through the model at once.</param>
    /// <param name="context">Passed on to the layers.</param>
    public static IEnumerable<Scores> Of(Learner learner, int examples, int batch, MoeContext context)
    {
        for (var first = 0; first < examples; first += batch)
        {
            using var scope = NewDisposeScope();
            yield return One(learner, first, Math.Min(batch, examples - first), context);
        }
    }

    private static Scores One(Learner learner, long first, int examples, MoeContext context)
    {
        var training = learner.Model.training;
        using var quiet = no_grad();
        learner.Model.eval();
        try
        {
            var scores = learner.Score(first, examples, context);
            return scores.Items.Count == learner.Metrics.Count && scores.Items.All(items => items.Count == examples)
                ? scores
                : throw new InvalidOperationException(
                    $"{learner.GetType().Name}.{nameof(learner.Score)} gives "
                    + $"{string.Join(", ", scores.Items.Select(items => items.Count))} values; "
                    + $"it must give one for each of {examples} examples and {learner.Metrics.Count} metrics.");
        }
        finally
        {
            learner.Model.train(training);
        }
    }
}
