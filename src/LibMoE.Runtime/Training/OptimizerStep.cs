using LibMoE.Runtime.Layers;
using LibMoE.Runtime.Training.Distilling;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>
/// One optimiser step: forward and backward over the micro-batches, clipping, AdamW, and the layers' own updates. What is differentiated
/// is the task loss plus the balancing terms of all blocks, both as means over the micro-batches. Several ranks have a part of the
/// micro-batches each, and come out of the step with the same parameters.
/// </summary>
internal sealed class OptimizerStep : IDisposable
{
    private readonly Learner _learner;
    private readonly AdamW _optimizer;
    private readonly TrainingConfig _config;
    private readonly BatchParts _parts;
    private readonly StepAgreement _agreement;
    private readonly GradientBuckets _buckets;
    private readonly BackwardTaps? _taps;
    private Distillation? _distillation;
    private long _step;

    /// <summary>Makes the steps of a training.</summary>
    /// <param name="learner">What is trained.</param>
    /// <param name="optimizer">Updates its parameters.</param>
    /// <param name="config">How it is trained.</param>
    /// <param name="ranks">The processes that train it; null is one.</param>
    public OptimizerStep(Learner learner, AdamW optimizer, TrainingConfig config, Ranks? ranks = null)
    {
        (_learner, _optimizer, _config, ranks) = (learner, optimizer, config, ranks ?? Ranks.One);
        var slices = ExpertSlices.Of(learner.Model);
        (_parts, _agreement) = (new BatchParts(config.MicroBatches, ranks, config.Batch), new StepAgreement(ranks, slices));
        var stages = new BackwardStages(learner.Blocks);
        _buckets = new GradientBuckets(ranks, optimizer.Named.Select(entry => (entry.Parameter, stages.Of(entry.Name))), slices);

        // Rows of shared experts travel during backward, and sums among other ranks would have to keep their order with them.
        _taps = ranks is { Size: > 1, Options.Overlap: true } && !slices.Any && learner.Blocks is { } model
            ? new BackwardTaps(model, block => _buckets.Begin(stages.OfBlock(block), _step))
            : null;
    }

    /// <summary>How long this rank has waited for the sums of gradients in all.</summary>
    public TimeSpan Waited => _buckets.Waited;

    /// <summary>How many training examples have been drawn.</summary>
    public long Position { get; set; }

    /// <summary>Trains on the next batch.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="learningRate">Its learning rate.</param>
    /// <param name="stop">Whether this rank is to stop after the step.</param>
    /// <returns>The figures of the step. Where the loss or the gradient is not finite, the parameters, the optimiser and the layers are as
    /// they were.</returns>
    public StepFigures Run(long step, double learningRate, bool stop = false)
    {
        using var scope = NewDisposeScope();
        _optimizer.ZeroGradients();

        // Calls since the last step, such as those of a step that was skipped, do not count in this one.
        foreach (var layer in _learner.MoeLayers)
        {
            layer.ForgetStep();
        }

        _step = step;
        var own = _parts.Mine.Select((part, index) => Accumulate(step, part, isLast: index + 1 == _parts.Own)).ToList();
        Position += _config.Batch;
        List<Parameter> parameters = [.. _optimizer.Parameters];
        _buckets.BeginRest(step);
        var (parts, stopping) = _agreement.Gather(own, parameters, stop, step);
        _buckets.Finish();
        var loss = parts.Average(part => part.Loss);
        var auxiliary = parts.Average(part => part.AuxiliaryLoss);
        var norm = _agreement.Norm(_optimizer, step);
        var figures = new StepFigures(loss, auxiliary, norm, [], []) { Stop = stopping };
        if (!figures.IsFinite)
        {
            return figures;
        }

        // As clip_grad_norm_, folded into the update.
        _optimizer.Step(learningRate, _config.Clip > 0 ? Math.Min(1, _config.Clip / (norm + 1e-6)) : 1);
        var layers = _learner.MoeLayers;
        var (picks, tokens) = _agreement.Sum(
            [.. layers.Select((_, block) => Picks(own, block))],
            [.. layers.Select((_, block) => own.Sum(part => part.Tokens[block]))], step);
        foreach (var (block, layer) in layers.Index())
        {
            Finish(layer, picks[block], tokens[block]);
        }

        return figures with
        {
            Picks = [.. picks.Select(picks_E => picks_E?.cpu().data<long>().ToArray())],
            Losses = [.. layers.Select((_, block) => Average([.. parts.Select(part => part.Losses[block])]))],
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _taps?.Dispose();
        _buckets.Dispose();
    }

    private static Dictionary<string, double> Average(IReadOnlyList<IReadOnlyDictionary<string, double>> parts) =>
        parts[0].Keys.ToDictionary(name => name, name => parts.Average(part => part[name]));

    /// <summary>Adds the gradients of a micro-batch. Its graph is freed before the next one's is built.</summary>
    private MicroBatch Accumulate(long step, int part, bool isLast)
    {
        // Gradients are complete when the last micro-batch's are added.
        _taps?.Watch(isLast);
        // Noise follows from what is computed, not from who computes it, or what was computed before.
        RandomSeed.Set(BatchParts.NoiseSeed(_config.Seed, step, part));
        using var scope = NewDisposeScope();
        var position = Position + (long)part * _parts.Examples;
        var objective = Checked(_learner.Learn(position, _parts.Examples, new MoeContext { Step = step }));
        var routings = objective.Routings;
        var loss = _config.Distill is { } distill
            ? (_distillation ??= new Distillation(_config, distill, _learner.Teacher)).Loss(objective, position, _parts.Examples, step)
            : objective.Loss;
        var auxiliary = routings.Aggregate(zeros_like(loss), (sum, routing) => sum.Plus(routing.AuxiliaryLoss));
        loss.Plus(auxiliary).Over(_parts.All).backward();
        _taps?.Watch(isOn: false);
        var picks = routings.Select(routing => routing.TokensPerExpert?.MoveToOuterDisposeScope()).ToList();
        return new MicroBatch(
            Number(loss), Number(auxiliary), [.. routings.Select(Terms)], picks, [.. routings.Select(routing => routing.Weights.shape[0])]);
    }

    private Objective Checked(Objective objective) => objective.Loss.numel() == 1 && objective.Routings.Count == _learner.MoeLayers.Count
        ? objective
        : throw new InvalidOperationException(
            $"{_learner.GetType().Name}.{nameof(_learner.Learn)} gives a loss of shape [{string.Join(", ", objective.Loss.shape)}] and "
            + $"{objective.Routings.Count} routings; it must give a scalar, and one routing for each of its "
            + $"{_learner.MoeLayers.Count} MoE layers.");

    private static Dictionary<string, double> Terms(Routing routing) =>
        routing.Losses.ToDictionary(term => term.Key, term => Number(term.Value));

    private static double Number(Tensor scalar) => scalar.detach().to(ScalarType.Float64).item<double>();

    /// <summary>What a block's experts got over this rank's micro-batches, int64 [E]; null where the gate has no counts.</summary>
    private static Tensor? Picks(IReadOnlyList<MicroBatch> parts, int block)
    {
        using var quiet = no_grad();
        return parts.Any(part => part.Picks[block] is null) ? null : stack(parts.Select(part => part.Picks[block]!)).sum([0]);
    }

    /// <summary>Tells a layer what its experts got over the step. One that is frozen as a whole stays as it is, also where adapters make
    /// its matrices steps of the graph.</summary>
    private static void Finish(MoeLayer layer, Tensor? picks_E, long tokens)
    {
        using var quiet = no_grad();
        if (picks_E is not null && layer.parameters().Any(parameter => parameter is { requires_grad: true, is_leaf: true }))
        {
            layer.AfterOptimizerStep(picks_E, tokens);
        }
    }
}
