using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>
/// One optimiser step: forward and backward over the micro-batches, clipping, AdamW, and the layers' own updates. What is differentiated
/// is the task loss plus the balancing terms of all blocks, both as means over the micro-batches.
/// </summary>
internal sealed class OptimizerStep(LanguageModel model, AdamW optimizer, BatchSampler sampler, TrainingConfig config)
{
    private readonly Device _device = model.parameters().First().device;

    /// <summary>Trains on the next batch.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="learningRate">Its learning rate.</param>
    /// <returns>What the step came to. Where the loss or the gradient is not finite, the parameters, the optimiser and the layers are as
    /// they were.</returns>
    public StepFigures Run(long step, double learningRate)
    {
        using var scope = NewDisposeScope();
        optimizer.ZeroGradients();
        var parts = Enumerable.Range(0, config.MicroBatches).Select(_ => Accumulate(step)).ToList();
        var loss = parts.Average(part => part.Loss);
        var auxiliary = parts.Average(part => part.AuxiliaryLoss);
        var norm = optimizer.GradientNorm();
        var figures = new StepFigures(loss, auxiliary, norm, [], []);
        if (!figures.IsFinite)
        {
            model.MoeLayers.ToList().ForEach(layer => layer.ForgetStep());
            return figures;
        }

        // As clip_grad_norm_, folded into the update.
        optimizer.Step(learningRate, config.Clip > 0 ? Math.Min(1, config.Clip / (norm + 1e-6)) : 1);
        var picks = model.MoeLayers.Select((layer, block) => Finish(layer, [.. parts.Select(part => part.Picks[block])])).ToList();
        return figures with
        {
            Picks = picks,
            Losses = [.. model.MoeLayers.Select((_, block) => Average([.. parts.Select(part => part.Losses[block])]))],
        };
    }

    private static Dictionary<string, double> Average(IReadOnlyList<IReadOnlyDictionary<string, double>> parts) =>
        parts[0].Keys.ToDictionary(name => name, name => parts.Average(part => part[name]));

    /// <summary>Adds the gradients of the next micro-batch. Its graph is freed before the next one's is built.</summary>
    private MicroBatch Accumulate(long step)
    {
        using var scope = NewDisposeScope();
        var (inputs_SL, targets_SL) = sampler.Next(config.Batch / config.MicroBatches, _device);
        var output = model.forward(inputs_SL, new MoeContext { Step = step });
        var loss = NextTokenLoss.Mean(output.Logits, targets_SL);
        var auxiliary = output.Routings.Aggregate(zeros_like(loss), (sum, routing) => sum.Plus(routing.AuxiliaryLoss));
        loss.Plus(auxiliary).Over(config.MicroBatches).backward();
        var picks = output.Routings.Select(routing => routing.TokensPerExpert?.MoveToOuterDisposeScope()).ToList();
        return new MicroBatch(Number(loss), Number(auxiliary), picks, [.. output.Routings.Select(Terms)]);
    }

    private static Dictionary<string, double> Terms(Routing routing) =>
        routing.Losses.ToDictionary(term => term.Key, term => Number(term.Value));

    private static double Number(Tensor scalar) => scalar.detach().to(ScalarType.Float64).item<double>();

    /// <summary>Tells a layer what its experts got over all micro-batches.</summary>
    private long[]? Finish(MoeLayer layer, IReadOnlyList<Tensor?> parts)
    {
        using var quiet = no_grad();
        if (parts.Any(part => part is null))
        {
            return null;
        }

        var picks_E = stack(parts.Select(part => part!)).sum([0]);
        layer.AfterOptimizerStep(picks_E, (long)config.Batch * config.SequenceLength);
        return picks_E.cpu().data<long>().ToArray();
    }

    /// <summary>What one micro-batch came to; the picks stay on the device.</summary>
    private sealed record MicroBatch(
        double Loss, double AuxiliaryLoss, IReadOnlyList<Tensor?> Picks, IReadOnlyList<IReadOnlyDictionary<string, double>> Losses);
}
