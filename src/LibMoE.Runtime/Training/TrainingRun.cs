using LibMoE.Runtime.Layers;
using LibMoE.Runtime.Models;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>
/// One model in training: everything that a step changes, one step at a time. What <see cref="RunCheckpoint"/> saves of it decides all
/// further steps bit for bit, on the same processor and thread count.
/// </summary>
internal sealed class TrainingRun : IDisposable
{
    private const int FinalShare = 10;

    private readonly OptimizerStep _step;
    private readonly LearningRateSchedule _schedule;
    private readonly ProgressMeter _meter;
    private readonly EarlyStopping _stopping;
    private readonly Queue<double> _losses = new();
    private readonly List<TrainingProgress> _history = [];
    private LossSum _sinceMeasured = new(0, 0);
    private double _learningRate;

    /// <summary>Starts a run. The process-wide random generator of libtorch is seeded.</summary>
    /// <param name="model">Trained in place.</param>
    /// <param name="corpus">The text.</param>
    /// <param name="config">How to train.</param>
    public TrainingRun(LanguageModel model, Corpus corpus, TrainingConfig config)
    {
        (Model, Corpus, Config) = (model, corpus, config);
        Sampler = new BatchSampler(corpus, config.SequenceLength, config.Batch, config.Seed);
        var parameters = model.named_parameters().Select(entry => (entry.name, entry.parameter)).ToList();
        Optimizer = new AdamW(parameters, config);
        Average = config.AverageDecay > 0 ? new ParameterAverage(parameters, config.AverageDecay) : null;
        _step = new OptimizerStep(model, Optimizer, Sampler, config);
        _schedule = LearningRateSchedule.Of(config);
        _meter = new ProgressMeter(config);
        _stopping = new EarlyStopping(config.Patience);
        RandomSeed.Set(config.Seed);
        model.train();
        model.Recompute = config.Recompute;
    }

    /// <summary>The model.</summary>
    public LanguageModel Model { get; }

    /// <summary>The text.</summary>
    public Corpus Corpus { get; }

    /// <summary>How it is trained.</summary>
    public TrainingConfig Config { get; }

    /// <summary>Draws the batches.</summary>
    public BatchSampler Sampler { get; }

    /// <summary>Updates the parameters.</summary>
    public AdamW Optimizer { get; }

    /// <summary>The parameters' moving average; null where none is kept.</summary>
    public ParameterAverage? Average { get; }

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
            using var random = get_rng_state();
            return new TrainingState
            {
                SamplerPosition = Sampler.Position,
                Random = Convert.ToBase64String(random.bytes),
                Losses = [.. _losses],
                Meter = _meter.State,
                History = [.. _history],
                Skipped = Skipped,
                Stopping = _stopping.State,
                SinceMeasured = _sinceMeasured,
            };
        }
    }

    /// <summary>Goes on from a saved state, whose tensors are already in place.</summary>
    /// <param name="done">Optimiser steps done.</param>
    /// <param name="state">How the run stood after them.</param>
    public void Restore(int done, TrainingState state)
    {
        using var random = tensor(Convert.FromBase64String(state.Random));
        set_rng_state(random);
        (Done, Sampler.Position, _meter.State, Skipped) = (done, state.SamplerPosition, state.Meter, state.Skipped);
        (_stopping.State, _sinceMeasured) = (state.Stopping, state.SinceMeasured);
        _losses.Clear();
        _history.Clear();
        _history.AddRange(state.History);
        foreach (var loss in state.Losses)
        {
            _losses.Enqueue(loss);
        }
    }

    /// <summary>Trains one step. One whose loss or gradient is not finite changes nothing but the counts.</summary>
    public StepFigures Step()
    {
        _learningRate = _schedule.At(Done);
        StepFigures figures;
        using (_meter.Time())
        {
            figures = _step.Run(Done, _learningRate);
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

    /// <summary>Measures the model on the held-out part where that is due.</summary>
    /// <param name="isBest">Whether the figure that the best step is chosen by is the best so far.</param>
    /// <returns>The loss; null where no measurement is due.</returns>
    public double? Measure(out bool isBest)
    {
        isBest = false;
        if (Config.ValidateEvery == 0 || Done % Config.ValidateEvery != 0)
        {
            return null;
        }

        var heldOut = HeldOut();
        var value = Config.StopOn switch
        {
            StoppingMetric.TrainLoss => _sinceMeasured.Sum / _sinceMeasured.Count,
            StoppingMetric.ValidationLoadCv => heldOut.Load?.Cv ?? double.PositiveInfinity,
            _ => heldOut.Mean,
        };
        _sinceMeasured = new(0, 0);
        isBest = _stopping.Add(Done, value);
        return heldOut.Mean;
    }

    /// <summary>Reports the steps since the last report where that is due.</summary>
    /// <param name="validationLoss">What was measured at this step.</param>
    public TrainingProgress? Report(double? validationLoss)
    {
        if (Done % Config.LogEvery != 0 && !IsFinished && validationLoss is null)
        {
            return null;
        }

        var report = _meter.Report(Done, _learningRate) with { ValidationLoss = validationLoss, SkippedSteps = Skipped.Total };
        _history.Add(report);
        return report;
    }

    /// <summary>The result of the run, with the model measured on the held-out part.</summary>
    public TrainingResult Result()
    {
        var elapsed = _meter.Elapsed.TotalSeconds;
        var heldOut = HeldOut();
        var declaration = Model.Variant?.Declaration;
        return new TrainingResult
        {
            Name = Model.Name,
            Seed = Config.Seed,
            StructureHash = Model.StructureHash,
            TotalParameters = ModelCost.TotalParameters(Model.Config, declaration),
            ActiveParameters = ModelCost.ActiveParameters(Model.Config, declaration),
            FlopsPerToken = ModelCost.FlopsPerToken(Model.Config, declaration),
            TrainLoss = _losses.DefaultIfEmpty(double.NaN).Average(),
            ValidationLoss = heldOut.Mean,
            ValidationLossStdErr = heldOut.StdErr,
            SequenceLosses = heldOut.PerSequence,
            PerplexityPerByte = heldOut.PerplexityPerByte,
            Domains = heldOut.Domains,
            TokensPerSecond = (double)Done * Config.Batch * Config.SequenceLength / elapsed,
            WallSeconds = elapsed,
            SeesOtherTokens = TokenInfluence.OfHeldOutLoss(declaration, Config.Batch),
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
        Optimizer.Dispose();
        Average?.Dispose();
    }

    private CorpusLoss HeldOut()
    {
        using var average = Average?.Use();
        return CorpusLoss.Measure(Model, Corpus, Config.SequenceLength, Config.ValidationSequences, Config.Batch);
    }
}
