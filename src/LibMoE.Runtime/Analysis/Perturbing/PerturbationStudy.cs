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
    /// <returns>One result for each, in order.</returns>
    public static IReadOnlyList<PerturbationResult> Run(RoutedData data, IReadOnlyList<Perturbation> perturbations, CancellationToken stop)
    {
        if (perturbations.Count == 0)
        {
            return [];
        }

        var own_S = Losses(null);
        return
        [
            .. perturbations.Select(perturbation =>
            {
                var losses_S = Losses(perturbation);
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
                };
            }),
        ];

        List<double> Losses(Perturbation? perturbation)
        {
            var losses_S = new List<double>();
            foreach (var next in data.Batches(new MoeContext { Losses = false }, perturbation))
            {
                stop.ThrowIfCancellationRequested();
                losses_S.AddRange(next.Losses_S);
            }

            return losses_S;
        }
    }
}
