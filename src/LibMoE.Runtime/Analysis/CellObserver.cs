using LibMoE.Runtime.Analysis.Collecting;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Analysis;

/// <summary>Watches the routing of one cell while it trains, and analyses it afterwards.</summary>
internal sealed class CellObserver : IDisposable
{
    private readonly LanguageModel _model;
    private readonly AnalysisOptions _options;
    private readonly TrainingConfig _training;
    private readonly CellAnalyzer _analyzer;
    private readonly TrainingSeries _series;

    private CellObserver(AnalysisOptions options, LanguageModel model, Corpus corpus, TrainingConfig training)
    {
        (_options, _model, _training) = (options, model, training);
        _analyzer = new CellAnalyzer(options, corpus, training.SequenceLength, training.Batch);
        _series = new TrainingSeries(_analyzer.Text, training.Batch, training.Steps);
    }

    /// <summary>Begins to watch; null where no analysis is wanted.</summary>
    /// <param name="options">How much is looked at.</param>
    /// <param name="model">The model that is trained.</param>
    /// <param name="corpus">Its text.</param>
    /// <param name="training">How it is trained.</param>
    public static CellObserver? Begin(AnalysisOptions options, LanguageModel model, Corpus corpus, TrainingConfig training) =>
        options.Enabled ? new CellObserver(options, model, corpus, training) : null;

    /// <summary>Takes a moment of training where the next of <see cref="AnalysisOptions.Points"/> is due.
    /// Call it on the training thread.</summary>
    public void Report(TrainingProgress progress)
    {
        if (_options.Points > 0 && PointOf(progress.Step) > PointOf(Math.Max(0, _series.LastStep)) && progress.Step > _series.LastStep)
        {
            _series.Add(_model, progress.Step, _analyzer.Scores(_model, CancellationToken.None));
        }
    }

    /// <summary>Analyses the model as training left it, and writes <c>analysis.json</c>.</summary>
    /// <param name="folder">The cell's folder.</param>
    /// <param name="result">The result of training.</param>
    /// <param name="stop">Ends the analysis between two batches; the run is whole without it, and the verb <c>analyze</c> adds it.</param>
    /// <returns>The analysis; null where the user stopped.</returns>
    public CellAnalysis? Finish(string folder, TrainingResult result, CancellationToken stop)
    {
        try
        {
            var analysis = Analyze(result, stop);
            analysis.WriteTo(folder);
            return analysis;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _series.Dispose();

    private CellAnalysis Analyze(TrainingResult result, CancellationToken stop)
    {
        using var threads = new ThreadCount(_training.Threads);
        if (_options.Points > 0 && _series.LastStep != result.Steps)
        {
            _series.Add(_model, result.Steps, _analyzer.Scores(_model, stop));
        }

        return _analyzer.Run(_model, result.Seed, stop) with
        {
            Training = _series.Points(),
            Cost = StepCost.Of(result.FlopsPerToken, (long)_training.Batch * _training.SequenceLength, result.TokensPerSecond),
        };
    }

    /// <summary>How many of the points lie at or before a step.</summary>
    private int PointOf(int step) => (int)((long)step * _options.Points / _training.Steps);
}
