using LibMoE.Runtime.Analysis.Collecting;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Training.Learners;

namespace LibMoE.Runtime.Analysis;

/// <summary>Watches the routing of one cell while it trains, and analyses it afterwards.</summary>
internal sealed class CellObserver : IDisposable
{
    private readonly AnalysisOptions _options;
    private readonly TrainingConfig _training;
    private readonly double _tokensPerExample;
    private readonly RoutedData _data;
    private readonly TrainingSeries _series;
    private readonly Func<CancellationToken, IReadOnlyDictionary<string, double>> _scores;
    private readonly Func<long, CancellationToken, CellAnalysis> _analyze;

    private CellObserver(AnalysisOptions options, LanguageModel model, Corpus corpus, TrainingConfig training)
    {
        (_options, _training, _tokensPerExample) = (options, training, training.SequenceLength);
        var analyzer = new CellAnalyzer(options, corpus, training.SequenceLength, training.Batch);
        _data = new RoutedText(model, analyzer.Text, training.Batch);
        _series = new TrainingSeries(analyzer.Text, training.Batch, training.Steps);
        _scores = stop => analyzer.Scores(model, stop);
        _analyze = (seed, stop) => analyzer.Run(model, seed, stop);
    }

    private CellObserver(AnalysisOptions options, Learner learner, TrainingConfig training)
    {
        (_options, _training, _tokensPerExample) = (options, training, learner.TokensPerExample);
        var analyzer = new LearnerAnalyzer(options, learner, training.Batch);
        _data = analyzer.Data;
        _series = new TrainingSeries(null, training.Batch, training.Steps);
        _scores = _ => new Dictionary<string, double>();
        _analyze = analyzer.Run;
    }

    /// <summary>Begins to watch; null where no analysis is wanted.</summary>
    /// <param name="options">How much is looked at.</param>
    /// <param name="model">The model that is trained.</param>
    /// <param name="corpus">Its text.</param>
    /// <param name="training">How it is trained.</param>
    public static CellObserver? Begin(AnalysisOptions options, LanguageModel model, Corpus corpus, TrainingConfig training) =>
        options.Enabled ? new CellObserver(options, model, corpus, training) : null;

    /// <summary>Begins to watch any learner; null where no analysis is wanted.</summary>
    /// <param name="options">How much is looked at.</param>
    /// <param name="learner">What is trained.</param>
    /// <param name="training">How it is trained.</param>
    public static CellObserver? Begin(AnalysisOptions options, Learner learner, TrainingConfig training) =>
        learner is TextLearner text ? Begin(options, text.Language, text.Corpus, training)
        : options.Enabled ? new CellObserver(options, learner, training)
        : null;

    /// <summary>Takes a moment of training where the next of <see cref="AnalysisOptions.Points"/> is due.
    /// Call it on the training thread.</summary>
    public void Report(TrainingProgress progress)
    {
        if (_options.Points > 0 && PointOf(progress.Step) > PointOf(Math.Max(0, _series.LastStep)) && progress.Step > _series.LastStep)
        {
            _series.Add(_data, progress.Step, _scores(CancellationToken.None));
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
            _series.Add(_data, result.Steps, _scores(stop));
        }

        return _analyze(result.Seed, stop) with
        {
            Training = _series.Points(),
            Cost = StepCost.Of(result.FlopsPerToken, (long)(_training.Batch * _tokensPerExample), result.TokensPerSecond),
        };
    }

    /// <summary>How many of the points lie at or before a step.</summary>
    private int PointOf(int step) => (int)((long)step * _options.Points / _training.Steps);
}
