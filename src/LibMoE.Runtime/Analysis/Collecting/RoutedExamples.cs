using LibMoE.Runtime.Analysis.Perturbing;
using LibMoE.Runtime.Training.Learners;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Collecting;

/// <summary>A learner on its held-out examples.</summary>
/// <param name="learner">The learner.</param>
/// <param name="examples">How many, from the first; fewer where there are not so many.</param>
/// <param name="batch">How many go through the model at once.</param>
internal sealed class RoutedExamples(Learner learner, int examples, int batch) : RoutedData
{
    private readonly int _loss = learner.Metrics.Select(metric => metric.Name).ToList().IndexOf(LearnerMetric.LossName);

    /// <inheritdoc />
    public override nn.Module Model => learner.Model;

    /// <inheritdoc />
    public override string Name => learner.Name;

    /// <inheritdoc />
    public override IReadOnlyList<MoeLayer> Layers => learner.MoeLayers;

    /// <inheritdoc />
    public override IReadOnlyList<int> BlockNumbers => learner.BlockNumbers;

    /// <inheritdoc />
    public override IReadOnlyList<string> Domains => learner.Groups;

    /// <inheritdoc />
    public override IEnumerable<RoutedBatch> Batches(MoeContext context, Perturbation? disturbance = null)
    {
        var passed = disturbance is null
            ? context
            : new MoeContext { Step = context.Step, Losses = context.Losses, Reroute = Disturbed(disturbance) };
        foreach (var scores in LearnerScores.Of(learner, (int)Math.Min(examples, learner.HeldOutExamples), batch, passed))
        {
            yield return new RoutedBatch(
                _loss < 0 ? [.. scores.Items[0].Select(_ => double.NaN)] : scores.Items[_loss], scores.Routings, null,
                scores.Groups is { Count: > 0 } groups ? groups : OneGroup(scores));
        }
    }

    private static IReadOnlyList<int>[] OneGroup(Scores scores) => scores.Routings.Count == 0
        ? [new int[scores.Items[0].Count]]
        : [.. scores.Routings.Select(routing => new int[routing.Weights.shape[0]])];

    /// <summary>Layers are distinguished by their turn: every forward pass asks all of them, in order.</summary>
    private Func<Routing, Picks> Disturbed(Perturbation disturbance)
    {
        var turn = 0;
        return own =>
        {
            var layer = turn++ % Layers.Count;
            return disturbance.Block is null || disturbance.Block == layer
                ? disturbance.Reroute(Layers[layer], own, NoIds(own))
                : new Picks(own.Experts!, own.Weights);
        };
    }

    private static Tensor NoIds(Routing own) => zeros([own.Weights.shape[0], 1], ScalarType.Int64, own.Weights.device);
}
