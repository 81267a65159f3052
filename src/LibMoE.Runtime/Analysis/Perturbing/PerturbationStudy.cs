using LibMoE.Runtime.Analysis.Collecting;
using LibMoE.Runtime.Training;
using static TorchSharp.torch;

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
        LanguageModel model, AnalysisText text, IReadOnlyList<Perturbation> perturbations, int batch, CancellationToken stop = default)
    {
        if (perturbations.Count == 0)
        {
            return [];
        }

        using var evaluating = new EvaluationMode(model);
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
                    Block = perturbation.Block is { } layer ? model.Config.MoeBlockNumbers[layer] : null,
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
            try
            {
                model.Disturbance = perturbation?.On(model);
                foreach (var next in text.Batches(batch, model.parameters().First().device))
                {
                    stop.ThrowIfCancellationRequested();
                    using var scope = NewDisposeScope();
                    using var ids_SM = next.Ids_SM;
                    var output = model.forward(next.Inputs_SL, new MoeContext { Losses = false });
                    var losses_SL = NextTokenLoss.PerToken(output.Logits, next.Targets_SL);
                    losses_S.AddRange(losses_SL.to(ScalarType.Float64).mean([1]).data<double>().ToArray());
                }
            }
            finally
            {
                model.Disturbance = null;
            }

            return losses_S;
        }
    }
}
