using LibMoE.Runtime.Reporting.Evaluations;
using LibMoE.Runtime.Studies;
using Spectre.Console;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Hosting.Evaluations;

/// <summary>Evaluates the cells of a study right after their training, where <c>Evaluation:Tasks</c> names tasks.</summary>
internal sealed class CellEvaluation
{
    private readonly EvaluationOptions _options;
    private readonly DataCache _data;
    private readonly List<ModelEvaluation> _done = [];
    private IReadOnlyList<EvaluationTask> _tasks = [];

    public CellEvaluation(EvaluationOptions options, DataCache data) =>
        (_options, _data) = (options, new DataCache([.. data.Folders, .. options.TaskFolders]));

    /// <summary>Finds the tasks and fetches their data, before anything expensive starts.</summary>
    /// <exception cref="ConfigurationException">There is no such task.</exception>
    /// <exception cref="MissingDataException">Data is missing and not available.</exception>
    public async Task PrepareAsync(CancellationToken stop)
    {
        _tasks = _options.FindTasks();
        TextOnly.Check(_tasks, "a study's models", _options);
        await new TaskDownloads(_data, new Downloader(), _options.Offline) { Images = !_options.QuestionOnly }
            .EnsureAsync(_tasks, _options.Shots > 0, null, stop).ConfigureAwait(false);
    }

    /// <summary>Which of the models cannot be evaluated, and why.</summary>
    public IEnumerable<string> Notes(IEnumerable<StudyVariant> variants) => variants
        .Where(variant => _tasks.Count > 0 && IsRefused(BatchRule.Of(variant.Mixture?.Declaration)))
        .Select(variant => $"{variant.Name} is not evaluated: {BatchRule.Of(variant.Mixture?.Declaration).Reason}.");

    /// <summary>
    /// Evaluates a trained model and writes its <c>evaluation.json</c>. It is the stored one, which the verb <c>evaluate</c> would read:
    /// with the moving average where there is one, and of the same hash, so that the verb finds the outcome in the cache.
    /// </summary>
    /// <param name="cell">What was trained.</param>
    /// <param name="tokenizer">What it was trained with.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="folder">The cell's folder.</param>
    /// <param name="progress">Reports after every batch.</param>
    /// <param name="stop">Ends the evaluation.</param>
    /// <returns>The score of every task; empty where nothing is evaluated.</returns>
    public IReadOnlyDictionary<string, double> Run(
        StudyCell cell, ITokenizer tokenizer, Device device, string folder, IProgress<EvaluationProgress> progress, CancellationToken stop)
    {
        if (_tasks.Count == 0 || IsRefused(BatchRule.Of(cell.Variant.Mixture?.Declaration)))
        {
            return new Dictionary<string, double>();
        }

        using var loaded = ModelLoader.Load(folder, cell.Variant.Mixture is { } mixture ? [mixture] : [], _options.Precision, device);
        using var scorer = new ModelScorer(loaded.Model, tokenizer, cell.Label, loaded.Sha256);
        var evaluator = Evaluator.Create(_data, _options);
        var outcomes = _tasks.Select(task => (Task: task, Outcome: evaluator.Run(scorer, task, progress, stop))).ToList();
        var results = EvaluationResults.Of(scorer, outcomes, _options);
        var all = EvaluationFiles.Write(folder, results, outcomes, _data, _options);
        _done.Add(
            new ModelEvaluation(cell.Label, cell.Seed, results, [.. outcomes.Select(outcome => outcome.Outcome)]) { WithEarlier = all });
        return results.Scores;
    }

    /// <summary>Compares what was evaluated, in <c>comparison.json</c> and on the screen; nothing where nothing was.</summary>
    public void Conclude(string folder, IAnsiConsole console)
    {
        if (_done.Count > 0)
        {
            var comparison = EvaluationComparison.Of(_tasks, _done);
            EvaluationFiles.WriteComparison(folder, comparison, _done);
            new ScoreTable(comparison, _done, _tasks).WriteTo(console);
        }
    }

    private bool IsRefused(BatchRule rule) => rule.Kind == BatchKind.NotCausal && !_options.OneByOne;
}
