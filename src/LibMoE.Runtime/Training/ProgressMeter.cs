using System.Diagnostics;

namespace LibMoE.Runtime.Training;

/// <summary>Gathers what happened between two progress reports.</summary>
/// <param name="config">How the run is trained.</param>
/// <param name="tokensPerExample">Tokens of one training example.</param>
internal sealed class ProgressMeter(TrainingConfig config, double tokensPerExample)
{
    private readonly Stopwatch _watch = new();
    private readonly BlockMeter _blocks = new();
    private TimeSpan _before;
    private TimeSpan _reported;
    private double _loss;
    private double _auxiliary;
    private int _steps;

    /// <summary>Time of the steps so far, in all the processes that they took: what is done between steps (measurements, analyses, saving)
    /// differs from variant to variant and is no part of training.</summary>
    public TimeSpan Elapsed => _before + _watch.Elapsed;

    /// <summary>What was gathered since the last report; setting it continues from there.</summary>
    public MeterState State
    {
        get => new(_steps, _loss, _auxiliary, _blocks.State, Elapsed, _reported);
        set
        {
            (_steps, _loss, _auxiliary, _blocks.State) = (value.Steps, value.Loss, value.AuxiliaryLoss, value.Blocks);
            (_before, _reported) = (value.Elapsed, value.Reported);
            _watch.Reset();
        }
    }

    /// <summary>Times a step, until it is disposed.</summary>
    public Running Time()
    {
        _watch.Start();
        return new Running(_watch);
    }

    /// <summary>Adds a step.</summary>
    public void Add(StepFigures figures)
    {
        _steps++;
        _loss += figures.Loss;
        _auxiliary += figures.AuxiliaryLoss;
        _blocks.Add(figures);
    }

    /// <summary>Reports the steps since the last report.</summary>
    /// <param name="done">Steps done in all.</param>
    /// <param name="learningRate">The last step's.</param>
    public TrainingProgress Report(int done, double learningRate)
    {
        var elapsed = Elapsed;
        var blocks = _blocks.Take();
        var load = ExpertLoad.Of(blocks);
        var report = new TrainingProgress(
            done,
            config.Steps,
            _loss / _steps,
            _auxiliary / _steps,
            learningRate,
            (double)_steps * config.Batch * tokensPerExample / (elapsed - _reported).TotalSeconds,
            load?.Cv,
            load?.Dead,
            elapsed,
            blocks);
        (_steps, _loss, _auxiliary, _reported) = (0, 0, 0, elapsed);
        return report;
    }

    /// <summary>A step that is timed.</summary>
    public readonly struct Running(Stopwatch watch) : IDisposable
    {
        /// <summary>Ends the step.</summary>
        public void Dispose() => watch.Stop();
    }
}
