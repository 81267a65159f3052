using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>
/// One optimiser step: forward and backward over the micro-batches, clipping, AdamW, and the layers' own updates. What is differentiated
/// is the task loss plus the balancing terms of all blocks, both as means over the micro-batches.
/// </summary>
internal sealed class OptimizerStep(Learner learner, AdamW optimizer, TrainingConfig config)
{
    /// <summary>How many training examples have been drawn.</summary>
    public long Position { get; set; }

    /// <summary>Trains on the next batch.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="learningRate">Its learning rate.</param>
    /// <returns>The figures of the step. Where the loss or the gradient is not finite, the parameters, the optimiser and the layers are as
    /// they were.</returns>
    public StepFigures Run(long step, double learningRate)
    {
        using var scope = NewDisposeScope();
        optimizer.ZeroGradients();

        // Calls since the last step, such as those of a step that was skipped, do not count in this one.
        foreach (var layer in learner.MoeLayers)
        {
            layer.ForgetStep();
        }

        var parts = Enumerable.Range(0, config.MicroBatches).Select(_ => Accumulate(step)).ToList();
        var loss = parts.Average(part => part.Loss);
        var auxiliary = parts.Average(part => part.AuxiliaryLoss);
        var norm = optimizer.GradientNorm();
        var figures = new StepFigures(loss, auxiliary, norm, [], []);
        if (!figures.IsFinite)
        {
            return figures;
        }

        // As clip_grad_norm_, folded into the update.
        optimizer.Step(learningRate, config.Clip > 0 ? Math.Min(1, config.Clip / (norm + 1e-6)) : 1);
        var layers = learner.MoeLayers;
        var picks = layers.Select((layer, block) =>
            Finish(layer, [.. parts.Select(part => part.Picks[block])], parts.Sum(part => part.Tokens[block]))).ToList();
        return figures with
        {
            Picks = picks,
            Losses = [.. layers.Select((_, block) => Average([.. parts.Select(part => part.Losses[block])]))],
        };
    }

    private static Dictionary<string, double> Average(IReadOnlyList<IReadOnlyDictionary<string, double>> parts) =>
        parts[0].Keys.ToDictionary(name => name, name => parts.Average(part => part[name]));

    /// <summary>Adds the gradients of the next micro-batch. Its graph is freed before the next one's is built.</summary>
    private MicroBatch Accumulate(long step)
    {
        using var scope = NewDisposeScope();
        var examples = config.Batch / config.MicroBatches;
        var (loss, routings) = Checked(learner.Learn(Position, examples, new MoeContext { Step = step }));
        Position += examples;
        var auxiliary = routings.Aggregate(zeros_like(loss), (sum, routing) => sum.Plus(routing.AuxiliaryLoss));
        loss.Plus(auxiliary).Over(config.MicroBatches).backward();
        var picks = routings.Select(routing => routing.TokensPerExpert?.MoveToOuterDisposeScope()).ToList();
        return new MicroBatch(
            Number(loss), Number(auxiliary), picks, [.. routings.Select(Terms)], [.. routings.Select(routing => routing.Weights.shape[0])]);
    }

    private Objective Checked(Objective objective) => objective.Loss.numel() == 1 && objective.Routings.Count == learner.MoeLayers.Count
        ? objective
        : throw new InvalidOperationException(
            $"{learner.GetType().Name}.{nameof(learner.Learn)} gives a loss of shape [{string.Join(", ", objective.Loss.shape)}] and "
            + $"{objective.Routings.Count} routings; it must give a scalar, and one routing for each of its "
            + $"{learner.MoeLayers.Count} MoE layers.");

    private static Dictionary<string, double> Terms(Routing routing) =>
        routing.Losses.ToDictionary(term => term.Key, term => Number(term.Value));

    private static double Number(Tensor scalar) => scalar.detach().to(ScalarType.Float64).item<double>();

    /// <summary>Tells a layer what its experts got over all micro-batches. One that is frozen as a whole stays as it is, also where
    /// adapters make its matrices steps of the graph.</summary>
    private static long[]? Finish(MoeLayer layer, IReadOnlyList<Tensor?> parts, long tokens)
    {
        using var quiet = no_grad();
        if (parts.Any(part => part is null))
        {
            return null;
        }

        var picks_E = stack(parts.Select(part => part!)).sum([0]);
        if (layer.parameters().Any(parameter => parameter is { requires_grad: true, is_leaf: true }))
        {
            layer.AfterOptimizerStep(picks_E, tokens);
        }

        return picks_E.cpu().data<long>().ToArray();
    }

    /// <summary>The result of one micro-batch; the picks stay on the device.</summary>
    private sealed record MicroBatch(
        double Loss,
        double AuxiliaryLoss,
        IReadOnlyList<Tensor?> Picks,
        IReadOnlyList<IReadOnlyDictionary<string, double>> Losses,
        IReadOnlyList<long> Tokens);
}
