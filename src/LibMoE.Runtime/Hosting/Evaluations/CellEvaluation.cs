using LibMoE.Runtime.Hosting.Studies;
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
    private readonly LearnerLoader _learners;
    private readonly RankTeam _team;
    private readonly List<ModelEvaluation> _done = [];
    private IReadOnlyList<EvaluationTask> _tasks = [];

    public CellEvaluation(EvaluationOptions options, DataCache data, LearnerLoader learners, RankTeam team)
    {
        (_options, _learners, _team) = (options, learners, team);
        _data = new DataCache([.. data.Folders, .. options.TaskFolders]);
    }

    /// <summary>Finds the tasks and fetches their data, before anything expensive starts.</summary>
    /// <param name="variants">What will be trained.</param>
    /// <param name="stop">Ends the downloads.</param>
    /// <exception cref="ConfigurationException">There is no such task, or the models cannot be asked it.</exception>
    /// <exception cref="MissingDataException">Data is missing and not available.</exception>
    public async Task PrepareAsync(IEnumerable<StudyVariant> variants, CancellationToken stop)
    {
        _tasks = _options.FindTasks();
        await Task.Run(() => Check([.. variants]), stop).ConfigureAwait(false);
        await new TaskDownloads(_data, new Downloader(), _options.Offline) { Images = !_options.QuestionOnly }
            .EnsureAsync(_tasks, _options.Shots > 0, null, stop).ConfigureAwait(false);
    }

    /// <summary>Which of the models cannot be evaluated, and why; and what a reader must know of their answers.</summary>
    public IEnumerable<string> Notes(IEnumerable<StudyVariant> variants)
    {
        List<StudyVariant> evaluated = _tasks.Count > 0 ? [.. variants] : [];
        return
        [
            .. evaluated.Where(variant => IsRefused(RuleOf(variant)))
                .Select(variant => $"{variant.Name} is not evaluated: {RuleOf(variant).Reason}."),
            .. evaluated.SelectMany(variant => variant.Own?.Facts.Assistant?.Cautions ?? []).Distinct(),
        ];
    }

    /// <summary>
    /// Evaluates a trained model and writes its <c>evaluation.json</c>. It is the stored one, which the verb <c>evaluate</c> would read:
    /// with the moving average where there is one, and of the same hash, so that the verb finds the outcome in the cache.
    /// </summary>
    /// <param name="planned">What was trained.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="folder">The cell's folder.</param>
    /// <param name="progress">Reports after every batch.</param>
    /// <param name="stop">Ends the evaluation.</param>
    /// <returns>The score of every task; empty where nothing is evaluated.</returns>
    public IReadOnlyDictionary<string, double> Run(
        PlannedCell planned, Device device, string folder, IProgress<EvaluationProgress> progress, CancellationToken stop)
    {
        var cell = planned.Cell;
        if (_tasks.Count == 0 || IsRefused(RuleOf(cell.Variant)))
        {
            return new Dictionary<string, double>();
        }

        using var stored = Open(cell, planned.Source, device, folder);
        var scorer = stored.Scorer;
        var evaluator = Evaluator.Create(
            _data, _options, new SharedModel(_team, _tasks, new ModelPlace(folder, cell.Label, planned.Index)));
        var outcomes = _tasks.Select(task => (Task: task, Outcome: evaluator.Run(scorer, task, progress, stop))).ToList();
        var results = EvaluationResults.Of(scorer, outcomes, _options);
        var all = EvaluationFiles.Write(folder, results, outcomes, _data, _options);
        _done.Add(
            new ModelEvaluation(cell.Label, cell.Seed, results, [.. outcomes.Select(outcome => outcome.Outcome)]) { WithEarlier = all });
        return results.Scores;
    }

    /// <summary>What a rank that follows another computes of its evaluations.</summary>
    /// <param name="cells">The study's cells.</param>
    /// <param name="device">Where to compute.</param>
    public FollowedModel Follow(IReadOnlyList<PlannedCell> cells, Device device) => new(
        new Evaluator(_data, _options), _options.FindTasks(),
        place => Open(cells[place.Cell!.Value].Cell, cells[place.Cell.Value].Source, device, place.Path!));

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

    private void Check(IReadOnlyList<StudyVariant> variants)
    {
        if (!_options.Order.IsEmpty)
        {
            throw new ConfigurationException(
                "Evaluation:Veto and Evaluation:Force are for stored models: train without them, then evaluate the run with them.");
        }

        if (_tasks.Count > 0 && variants.Any(variant => variant.Own is { Facts.Assistant: null }))
        {
            throw new ConfigurationException(
                $"Evaluation:Tasks is '{_options.Tasks}', but this program's learner is no language model and answers no questions on "
                    + "images; it is measured by its own metrics.");
        }

        if (variants.All(variant => variant.Own is null))
        {
            TextOnly.Check(_tasks, "a study's models", _options);
        }
        else if (_tasks.Count > 0)
        {
            OwnPrecision.Check(_options);
        }
    }

    private StoredScorer Open(StudyCell cell, CellSource source, Device device, string folder) => source.Text is { } text
        ? StoredScorer.Of(
            ModelLoader.Load(folder, cell.Variant.Mixture is { } mixture ? [mixture] : [], _options.Precision, device), cell.Label,
            text.Tokenizer)
        : StoredScorer.Of(_learners.Load(folder, device)!, cell.Label, cell.Label);

    private static BatchRule RuleOf(StudyVariant variant) =>
        variant.Own?.Facts.Assistant?.Batching ?? BatchRule.Of(variant.Mixture?.Declaration);

    private bool IsRefused(BatchRule rule) => rule.Kind == BatchKind.NotCausal && !_options.OneByOne;
}
