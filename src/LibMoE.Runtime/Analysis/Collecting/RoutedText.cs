using LibMoE.Runtime.Analysis.Perturbing;
using LibMoE.Runtime.Training;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Collecting;

/// <summary>A language model on held-out sequences.</summary>
/// <param name="model">The model.</param>
/// <param name="text">The sequences.</param>
/// <param name="batch">How many go through the model at once.</param>
internal sealed class RoutedText(LanguageModel model, AnalysisText text, int batch) : RoutedData
{
    /// <inheritdoc />
    public override nn.Module Model => model;

    /// <inheritdoc />
    public override string Name => model.Name;

    /// <inheritdoc />
    public override IReadOnlyList<MoeLayer> Layers => model.MoeLayers;

    /// <inheritdoc />
    public override IReadOnlyList<int> BlockNumbers => model.Config.MoeBlockNumbers;

    /// <inheritdoc />
    public override IReadOnlyList<string> Domains => text.Domains;

    /// <inheritdoc />
    public override IEnumerable<RoutedBatch> Batches(MoeContext context, Perturbation? disturbance = null)
    {
        using var evaluating = new EvaluationMode(model);
        try
        {
            model.Disturbance = disturbance?.On(model);
            foreach (var next in text.Batches(batch, model.parameters().First().device))
            {
                using var scope = NewDisposeScope();
                using var ids_SM = next.Ids_SM;
                var output = model.forward(next.Inputs_SL, context);
                var losses_SL = NextTokenLoss.PerToken(output.Logits, next.Targets_SL);
                yield return new RoutedBatch(
                    losses_SL.to(ScalarType.Float64).mean([1]).cpu().data<double>().ToArray(), output.Routings, next.Ids_T,
                    [.. Enumerable.Repeat(next.Domains_T, Math.Max(1, output.Routings.Count))]);
            }
        }
        finally
        {
            model.Disturbance = null;
        }
    }
}
