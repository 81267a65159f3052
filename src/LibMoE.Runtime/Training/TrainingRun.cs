using LibMoE.Runtime.Kernels.Native;
using LibMoE.Runtime.Layers;
using LibMoE.Runtime.Models;
using LibMoE.Runtime.Training.Learners;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>
/// One learner in training: everything that a step changes, one step at a time. What <see cref="RunCheckpoint"/> saves of it decides all
/// further steps bit for bit, on the same processor and thread count.
/// </summary>
internal sealed class TrainingRun : IDisposable
{
    private const int FinalShare = 10;

    private readonly OptimizerStep _step;
    private readonly IDisposable _frozen;
    private readonly LearningRateSchedule _schedule;
    private readonly ProgressMeter _meter;
    private readonly EarlyStopping _stopping;
    private readonly Queue<double> _losses = new();
    private readonly List<TrainingProgress> _history = [];
    private LossSum _sinceMeasured = new(0, 0);
    private double _learningRate;

    /// <summary>Starts a run. The process-wide random generator of libtorch is seeded.</summary>
    /// <param name="learner">Trained in place.</param>
    /// <param name="config">How to train.</param>
    /// <param name="ranks">The processes that train it together, each with its part of every batch; null is one. The parameters of the
    /// first are those of all.</param>
    public TrainingRun(Learner learner, TrainingConfig config, Ranks? ranks = null)
    {
        (Learner, Config, Ranks) = (learner, config, ranks ?? Ranks.One);
        Slices = ExpertSlices.Of(learner.Model);
        RefuseOtherRanks();
        new StepAgreement(Ranks, Slices).Share(learner.Model.state_dict().Select(entry => (entry.Key, entry.Value)));
        var parameters = learner.Model.named_parameters().Select(entry => (entry.name, entry.parameter)).ToList();
        var rates = new PartRates(learner, config);
        _frozen = rates.Freeze(parameters);
        Optimizer = new AdamW(parameters, config, rates.Of, Ranks);
        Average = config.AverageDecay > 0 ? new ParameterAverage(parameters, config.AverageDecay) : null;
        _step = new OptimizerStep(learner, Optimizer, config, Ranks);
        _schedule = LearningRateSchedule.Of(config);
        _meter = new ProgressMeter(config, learner.TokensPerExample);
        _stopping = new EarlyStopping(config.Patience, StoppingFigure.HigherIsBetter(learner, config));
        RandomSeed.Set(config.Seed);
        learner.Model.train();
    }

    /// <summary>What is trained.</summary>
    public Learner Learner { get; }

    /// <summary>The processes that train it together.</summary>
    public Ranks Ranks { get; }

    /// <summary>Which parameters have this rank's experts alone.</summary>
    public ExpertSlices Slices { get; }

    /// <summary>How it is trained.</summary>
    public TrainingConfig Config { get; }

    /// <summary>How many training examples have been drawn.</summary>
    public long Position => _step.Position;

    /// <summary>Updates the parameters.</summary>
    public AdamW Optimizer { get; }

    /// <summary>The parameters' moving average; null where none is kept.</summary>
    public ParameterAverage? Average { get; }

    /// <summary>How long this rank has waited for sums of gradients in all.</summary>
    public TimeSpan Waited => _step.Waited;

    /// <summary>Optimiser steps done, skipped ones among them.</summary>
    public int Done { get; private set; }

    /// <summary>Steps without an update.</summary>
    public SkippedSteps Skipped { get; private set; } = new(0, 0);

    /// <summary>The step with the best measurement so far; null before the first.</summary>
    public long? BestStep => _stopping.State?.BestStep;

    /// <summary>Whether all steps are done, or no better measurement is to be expected.</summary>
    public bool IsFinished => Done >= Config.Steps || _stopping.IsOver;

    /// <summary>How the run stands between two steps, without its tensors.</summary>
    public TrainingState State
    {
        get
        {
            using var random = RandomState.Get();
            return new TrainingState
            {
                SamplerPosition = Position,
                Random = Convert.ToBase64String(random.bytes),
                Losses = [.. _losses],
                Meter = _meter.State,
                History = [.. _history],
                Skipped = Skipped,
                Stopping = _stopping.State,
                SinceMeasured = _sinceMeasured,
                Learner = Learner.State,
            };
        }
    }

    /// <summary>Goes on from a saved state, whose tensors are already in place.</summary>
    /// <param name="done">Optimiser steps done.</param>
    /// <param name="state">How the run stood after them.</param>
    public void Restore(int done, TrainingState state)
    {
        using var random = tensor(Convert.FromBase64String(state.Random));
        RandomState.Set(random);
        (Done, _step.Position, _meter.State, Skipped) = (done, state.SamplerPosition, state.Meter, state.Skipped);
        (_stopping.State, _sinceMeasured) = (state.Stopping, state.SinceMeasured);
        Learner.State = state.Learner;
        _losses.Clear();
        _history.Clear();
        _history.AddRange(state.History);
        foreach (var loss in state.Losses)
        {
            _losses.Enqueue(loss);
        }
    }

    /// <summary>Refuses ranks that do not begin at the same step.</summary>
    /// <exception cref="ConfigurationException">They do not see the same checkpoint.</exception>
    public void CheckStart() => new StepAgreement(Ranks).CheckDone(Done);

    /// <summary>Trains one step. One whose loss or gradient is not finite changes nothing but the counts.</summary>
    /// <param name="stop">Whether this rank is to stop after it, which all learn of.</param>
    public StepFigures Step(bool stop = false)
    {
        _learningRate = _schedule.At(Done);
        StepFigures figures;
        using (_meter.Time())
        {
            figures = _step.Run(Done, _learningRate, stop);
        }

        Done++;
        if (!figures.IsFinite)
        {
            Skipped = new SkippedSteps(Skipped.Total + 1, Skipped.InARow + 1);
            return figures;
        }

        Skipped = Skipped with { InARow = 0 };
        Average?.Update();
        _meter.Add(figures);
        _sinceMeasured = new(_sinceMeasured.Sum + figures.Loss, _sinceMeasured.Count + 1);
        _losses.Enqueue(figures.Loss);
        if (_losses.Count > Math.Max(1, Config.Steps / FinalShare))
        {
            _losses.Dequeue();
        }

        return figures;
    }

    /// <summary>Measures the model on held-out data where that is due.</summary>
    /// <param name="isBest">Whether the figure that the best step is chosen by is the best so far.</param>
    /// <returns>What was measured; null where no measurement is due.</returns>
    public HeldOut? Measure(out bool isBest)
    {
        isBest = false;
        if (Config.ValidateEvery == 0 || Done % Config.ValidateEvery != 0)
        {
            return null;
        }

        var heldOut = HeldOut();
        var value = new StepAgreement(Ranks).FirstSays(StoppingFigure.Of(heldOut, Config, _sinceMeasured), Done);
        _sinceMeasured = new(0, 0);
        isBest = _stopping.Add(Done, value);
        return heldOut;
    }

    /// <summary>Reports the steps since the last report where that is due.</summary>
    /// <param name="heldOut">What was measured at this step.</param>
    public TrainingProgress? Report(HeldOut? heldOut)
    {
        if (Done % Config.LogEvery != 0 && !IsFinished && heldOut is null)
        {
            return null;
        }

        var report = _meter.Report(Done, _learningRate) with
        {
            ValidationLoss = heldOut is null || double.IsNaN(heldOut.Loss) && heldOut.Text is null ? null : heldOut.Loss,
            Metrics =
                heldOut is null or { Text: not null } ? null : heldOut.Metrics.ToDictionary(metric => metric.Name, metric => metric.Value),
            SkippedSteps = Skipped.Total,
        };
        _history.Add(report);
        return report;
    }

    /// <summary>The run's result, with the model measured on held-out data.</summary>
    public TrainingResult Result()
    {
        var elapsed = _meter.Elapsed.TotalSeconds;
        var heldOut = HeldOut();
        var cost = Learner.Cost;
        return new TrainingResult
        {
            Name = Learner.Name,
            Seed = Config.Seed,
            StructureHash = Learner.StructureHash,
            TotalParameters = cost.TotalParameters,
            ActiveParameters = cost.ActiveParameters,
            FlopsPerToken = cost.FlopsPerToken,
            TrainLoss = _losses.DefaultIfEmpty(double.NaN).Average(),
            ValidationLoss = heldOut.Loss,
            ValidationLossStdErr = heldOut.Find(LearnerMetric.LossName)?.StdErr ?? double.NaN,
            SequenceLosses = heldOut.Text?.PerSequence ?? [],
            PerplexityPerByte = heldOut.Text?.PerplexityPerByte ?? double.NaN,
            Domains = heldOut.Text?.Domains ?? [],
            Metrics = heldOut.Text is null ? heldOut.Metrics : null,
            TokensPerSecond = (double)Done * Config.Batch * Learner.TokensPerExample / elapsed,
            WallSeconds = elapsed,
            SeesOtherTokens = TokenInfluence.OfHeldOutLoss(Learner.Declaration, Config.Batch),
            Load = heldOut.Load,
            History = [.. _history],
            Steps = Done,
            BestStep = BestStep,
            SkippedSteps = Skipped.Total,
        };
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _frozen.Dispose();
        _step.Dispose();
        Optimizer.Dispose();
        Average?.Dispose();
    }

    /// <summary>A layer that was made for one process would balance each rank's part of a batch for itself, and say nothing.</summary>
    private void RefuseOtherRanks()
    {
        if (Ranks.Size > 1 && Learner.MoeLayers.Any(layer => layer.Shape.Ranks != Ranks))
        {
            throw new ConfigurationException(
                $"{Learner.Name} cannot be trained by {Ranks.Size} ranks: its MoE layers were made without them; give MoeShape.Ranks (a "
                + $"learner: {nameof(LearnerSetup)}.{nameof(LearnerSetup.Ranks)}) to every layer.");
        }

        if (Slices.Any && Ranks.Options.SplitOptimizer)
        {
            throw new ConfigurationException(
                "Ranks:SplitOptimizer splits the state of what all ranks have, which shared experts are not; unset it or Ranks:Experts.");
        }

        if (Slices.Any && Learner is FineTuningLearner)
        {
            throw new ConfigurationException(
                $"Adapters of {Learner.Name} cannot be trained where ranks share experts; set Ranks:Experts to 1.");
        }
    }

    private HeldOut HeldOut()
    {
        using var average = Average?.Use();

        // Ranks that share experts run every batch together: none can measure one alone.
        return Learner.Measure(Config.ValidationSequences, Config.Batch, Slices.Any ? Ranks.One : Ranks);
    }
}
