using Humanizer;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Hosting.Studies;
using LibMoE.Runtime.Reporting.Evaluations;
using LibMoE.Runtime.Reporting.Report;
using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Training;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Evaluations;

/// <summary>Evaluates stored models on tasks, writes their results, and compares them.</summary>
internal sealed class EvaluationRunner(
    EvaluationOptions options, RunOptions runs, TrainingConfig training, DataCache data, IEnumerable<EvaluatedModel> registered,
    LearnerLoader learners, PublishedModels published, RankTeam team, IAnsiConsole console)
{
    /// <summary>A user's own task finds its data beside its file, too.</summary>
    private readonly DataCache _data = new([.. data.Folders, .. options.TaskFolders]);

    /// <summary>Evaluates.</summary>
    /// <param name="variants">The declared layers, which stored mixtures are loaded into.</param>
    /// <param name="stop">Ends the evaluation after the batch that it is in; what is done is not computed again.</param>
    /// <returns><see cref="ExitCode.Done"/>, or <see cref="ExitCode.Failed"/> if a model could not be evaluated and others could.</returns>
    public async Task<int> RunAsync(IReadOnlyList<MoeVariant> variants, CancellationToken stop) => RankTeam.IsFollower
        ? await FollowAsync(variants, stop).ConfigureAwait(false)
        : await team.LeadAsync(() => LeadAsync(variants, stop)).ConfigureAwait(false);

    /// <summary>Computes what the first rank asks for, and writes nothing.</summary>
    private async Task<int> FollowAsync(IReadOnlyList<MoeVariant> variants, CancellationToken stop)
    {
        using var threads = new ThreadCount(training.Threads);
        using var model = new FollowedModel(new Evaluator(_data, options), options.FindTasks(), place => Open(
            place.Path is { } path
                ? EvaluatedModel.At(path, place.Name)
                : OrderedModels.Of([.. registered], options.Order).First(made => made.Name == place.Name), variants));
        return await team.FollowAsync([], model.Prepare, stop).ConfigureAwait(false);
    }

    private async Task<int> LeadAsync(IReadOnlyList<MoeVariant> variants, CancellationToken stop)
    {
        var tasks = options.FindTasks();
        if (tasks.Count == 0)
        {
            throw new ConfigurationException("Evaluation:Tasks is empty; it must name tasks, separated by commas: "
                + $"{string.Join(", ", KnownTasks.All.Select(task => task.Name))}, or paths of task files (.json).");
        }

        var places = await published.FindAllAsync(ModelSearch.Named(options), stop).ConfigureAwait(false);
        var models = OrderedModels.Of(ModelSearch.Find(options, runs, [.. registered], places), options.Order);
        Check(tasks, models);
        var display = new EvaluationDisplay(console);
        await display.ShowAsync(progress => new TaskDownloads(_data, new Downloader(), options.Offline) { Images = !options.QuestionOnly }
            .EnsureAsync(tasks, options.Shots > 0, progress, stop)).ConfigureAwait(false);
        var folder = FolderOf(models);
        console.WriteLine($"{"model".ToQuantity(models.Count)} on {"task".ToQuantity(tasks.Count)}, in {folder}");
        using var threads = new ThreadCount(training.Threads);
        var (refused, cautions) = (new List<string>(), new List<string>());
        var evaluations = await display.ShowAsync(models.Count * tasks.Count, progress => Task.Run(
            () => Evaluate(models, tasks, variants, folder, refused, cautions, progress, stop), CancellationToken.None))
                .ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        if (evaluations.Count == 0)
        {
            throw new ConfigurationException(string.Join(" ", refused));
        }

        var comparison = EvaluationComparison.Of(tasks, evaluations);
        EvaluationFiles.WriteComparison(folder, comparison, evaluations);
        new ScoreTable(comparison, evaluations, tasks).WriteTo(console);
        refused.Concat(cautions.Distinct()).ToList().ForEach(reason => console.WriteLine(reason));
        console.WriteLine($"Written to {Path.Combine(folder, EvaluationComparison.FileName)}; each model's figures are in its "
            + $"{EvaluationResults.FileName}");
        if (File.Exists(Path.Combine(folder, StudyResults.FileName)))
        {
            console.WriteLine($"Report: {ReportWriter.Write(folder)}");
        }

        return refused.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>Refuses what no model can be asked, before anything is fetched.</summary>
    private void Check(IReadOnlyList<EvaluationTask> tasks, IReadOnlyList<EvaluatedModel> models)
    {
        if (models.Any(model => model.Path is { } path && learners.Knows(path)))
        {
            OwnPrecision.Check(options);
            OrderedModels.CheckOwn(options.Order);
        }
        else
        {
            TextOnly.Check(tasks, "stored models", options);
        }
    }

    /// <summary>A cell of the program's own learner is that learner, anything else a language model.</summary>
    private StoredScorer Open(EvaluatedModel model, IReadOnlyList<MoeVariant> variants) =>
        model.Path is { } path && learners.Load(path) is { } learner
            ? StoredScorer.Of(learner, model.Label, model.Name)
            : StoredScorer.Of(model.Load(variants, options.Precision), model.Name, order: options.Order);

    /// <summary>Cells of one run are compared in its folder; anything else gets a folder of its own.</summary>
    private string FolderOf(IReadOnlyList<EvaluatedModel> models) =>
        models.Select(model => model.Run).Distinct().ToList() is [{ } run] ? run : StudyFolder.Create(runs, "evaluation").Path;

    private List<ModelEvaluation> Evaluate(
        IReadOnlyList<EvaluatedModel> models,
        IReadOnlyList<EvaluationTask> tasks,
        IReadOnlyList<MoeVariant> variants,
        string folder,
        List<string> refused,
        List<string> cautions,
        IProgress<EvaluationProgress> progress,
        CancellationToken stop)
    {
        var evaluations = new List<ModelEvaluation>();
        foreach (var model in models)
        {
            try
            {
                using var stored = Open(model, variants);
                var scorer = stored.Scorer;
                using var threads = new ThreadCount(StepThreads.OfScoring((scorer as ModelScorer)?.FlopsPerToken, training));
                cautions.AddRange(stored.Cautions);
                var evaluator = Evaluator.Create(_data, options, new SharedModel(team, tasks, new ModelPlace(model.Path, model.Name)));
                var outcomes = tasks.Select(task => (Task: task, Outcome: evaluator.Run(scorer, task, progress, stop))).ToList();
                var results = EvaluationResults.Of(scorer, outcomes, options);
                var place = model.Run is null ? Path.Combine(folder, model.Name) : model.Path!;
                var all = EvaluationFiles.Write(place, results, outcomes, _data, options);
                if (model.Run is not null)
                {
                    EvaluationFiles.AddToCell(CellFolder.At(place), results);
                }

                evaluations.Add(new ModelEvaluation(
                    model.Name, model.Seed, results, [.. outcomes.Select(outcome => outcome.Outcome)])
                { WithEarlier = all });
            }
            catch (ConfigurationException cannot) when (models.Count > 1)
            {
                refused.Add($"{model.Label}: {cannot.Message}");
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
        }

        return evaluations;
    }
}
