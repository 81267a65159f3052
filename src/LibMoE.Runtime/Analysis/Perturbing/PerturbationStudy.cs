using LibMoE.Runtime.Analysis.Collecting;

namespace LibMoE.Runtime.Analysis.Perturbing;

/// <summary>Measures a model's loss on the same held-out sequences with and without disturbances of its routing.</summary>
internal static class PerturbationStudy
{
    /// <summary>Runs the disturbances one after the other, in evaluation mode; the model is left in the mode that it was in.</summary>
    /// <param name="model">The model.</param>
    /// <param name="text">The text.</param>
    /// <param name="perturbations">What to try.</param>
    /// <param name="batch">How many sequences go through the model at once.</param>
    /// <param name="stop">Ends the study between two batches.</param>
    /// <returns>One result for each, in order.</returns>
    public static IReadOnlyList<PerturbationResult> Run(
        LanguageModel model, AnalysisText text, IReadOnlyList<Perturbation> perturbations, int batch, CancellationToken stop = default) =>
        Run(new RoutedText(model, text, batch), perturbations, stop);

    /// <summary>As the other overload, on any data.</summary>
    /// <param name="data">The model and its data.</param>
    /// <param name="perturbations">What to try.</param>
    /// <param name="stop">Ends the study between two batches.</param>
    /// <param name="shared">Has the passes over the data computed by several ranks; null computes them here.</param>
    /// <returns>One result for each, in order.</returns>
    public static IReadOnlyList<PerturbationResult> Run(
        RoutedData data, IReadOnlyList<Perturbation> perturbations, CancellationToken stop, SharedPasses? shared = null) =>
        Run(new DisturbedPasses(data, perturbations), stop, shared);

    /// <summary>As the other overloads, of passes that are to be gone on with.</summary>
    /// <param name="passes">The passes.</param>
    /// <param name="stop">Ends the study between two batches.</param>
    /// <param name="shared">Has the passes computed by several ranks; null computes them here.</param>
    /// <returns>One result for each disturbance, in order.</returns>
    public static IReadOnlyList<PerturbationResult> Run(DisturbedPasses passes, CancellationToken stop, SharedPasses? shared = null)
    {
        if (passes.Disturbances.Count == 0)
        {
            return [];
        }

        var data = passes.Data;
        using var measured = passes.AllMeasured(shared, stop).GetEnumerator();
        var (own_S, ownScores_S) = Next();
        return
        [
            .. passes.Disturbances.Select(perturbation =>
            {
                var (losses_S, scores_S) = Next();
                var difference = PairedDifference.Of(losses_S, own_S);
                return new PerturbationResult
                {
                    Name = perturbation.Name,
                    Value = perturbation.Value,
                    Block = perturbation.Block is { } layer ? data.BlockNumbers[layer] : null,
                    Expert = perturbation.Expert,
                    Loss = losses_S.Average(),
                    Difference = difference.Mean,
                    StandardError = difference.StandardError,
                    Tasks = data.Score is { } score && Asked(scores_S, ownScores_S) is { Count: > 1 } pairs
                        ? new Dictionary<string, PairedDifference>
                        {
                            [score] =
                                PairedDifference.Of([.. pairs.Select(pair => pair.First)], [.. pairs.Select(pair => pair.Second)]),
                        }
                        : new Dictionary<string, PairedDifference>(),
                };
            }),
        ];

        (IReadOnlyList<double> Losses_S, IReadOnlyList<double> Scores_S) Next()
        {
            measured.MoveNext();
            return (measured.Current.Losses_S, measured.Current.Scores_S);
        }
    }

    /// <summary>The examples that the score is asked of.</summary>
    private static List<(double First, double Second)> Asked(IReadOnlyList<double> scores_S, IReadOnlyList<double> own_S) =>
        [.. scores_S.Zip(own_S).Where(pair => !double.IsNaN(pair.First) && !double.IsNaN(pair.Second))];
}
