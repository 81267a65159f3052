using LibMoE.Runtime.Evaluation.Metrics;
using LibMoE.Runtime.Evaluation.Reading;

namespace LibMoE.Runtime.Analysis.Perturbing;

/// <summary>
/// Scores a model on benchmarks during its training and with its routing disturbed. Only tasks whose items are right or wrong can be
/// probed; models that see later tokens have no scores.
/// </summary>
internal sealed class TaskProbe
{
    private static readonly Dictionary<string, double> None = [];

    private readonly IReadOnlyList<EvaluationTask> _tasks;
    private readonly Evaluator _evaluator;
    private readonly ITokenizer _tokenizer;

    private TaskProbe(IReadOnlyList<EvaluationTask> tasks, Evaluator evaluator, ITokenizer tokenizer) =>
        (_tasks, _evaluator, _tokenizer) = (tasks, evaluator, tokenizer);

    /// <summary>The probe that <c>Analysis:Tasks</c> asks for; null where it asks for none.</summary>
    /// <param name="options">Which tasks, and how many items of each.</param>
    /// <param name="tokenizer">The models' tokenizer.</param>
    /// <param name="data">Where the tasks' data lies; null takes the user's folders.</param>
    /// <exception cref="ConfigurationException">A name is no task's, or a task's items are not right or wrong.</exception>
    /// <exception cref="MissingDataException">A task's data is not there.</exception>
    public static TaskProbe? Of(AnalysisOptions options, ITokenizer tokenizer, DataCache? data = null)
    {
        if (options.Tasks.Length == 0)
        {
            return null;
        }

        var how = new EvaluationOptions { Tasks = options.Tasks, Limit = options.TaskItems };
        var cache = new DataCache([.. (data ?? DataCache.Default()).Folders, .. how.TaskFolders]);
        var tasks = Tasks(how);
        foreach (var task in tasks)
        {
            if (!Metric.All[task.Metric].IsShare)
            {
                throw new ConfigurationException(
                    $"Analysis:Tasks names '{task.Name}', which has a {task.Metric}; it takes tasks whose items are right or wrong.");
            }

            TaskFiles.Locate(task, cache, development: false);
        }

        // Without a cache: a model in training, or with disturbed routing, has no files that it could be known by.
        return new TaskProbe(tasks, new Evaluator(cache, how), tokenizer);
    }

    /// <summary>The share of right items by task; empty for a model that cannot be scored.</summary>
    public IReadOnlyDictionary<string, double> Scores(LanguageModel model, CancellationToken stop) =>
        IsCausal(model) ? _tasks.ToDictionary(task => task.Name, task => Right(model, task, stop).Average()) : None;

    /// <summary>The answers of a model, right (1) or wrong (0), by task; none of a model that cannot be scored.</summary>
    /// <param name="model">The model.</param>
    /// <param name="perturbation">The disturbance; null leaves the model as it is.</param>
    /// <param name="stop">Ends the scoring after a batch.</param>
    public IReadOnlyDictionary<string, double[]> Answers(LanguageModel model, Perturbation? perturbation, CancellationToken stop)
    {
        try
        {
            model.Disturbance = perturbation?.On(model);
            return IsCausal(model) ? _tasks.ToDictionary(task => task.Name, task => Right(model, task, stop)) : [];
        }
        finally
        {
            model.Disturbance = null;
        }
    }

    /// <summary>The scores with a disturbance minus the scores without, paired item by item.</summary>
    /// <param name="disturbed">The answers with it.</param>
    /// <param name="own">The answers without.</param>
    public static IReadOnlyDictionary<string, PairedDifference> Differences(
        IReadOnlyDictionary<string, double[]> disturbed, IReadOnlyDictionary<string, double[]> own) =>
        own.Keys.ToDictionary(task => task, task => PairedDifference.Of(disturbed[task], own[task]));

    private static bool IsCausal(LanguageModel model) => BatchRule.Of(model.Variant?.Declaration).Kind != BatchKind.NotCausal;

    private static IReadOnlyList<EvaluationTask> Tasks(EvaluationOptions options)
    {
        try
        {
            return options.FindTasks();
        }
        catch (ConfigurationException wrong)
        {
            throw new ConfigurationException(wrong.Message.Replace("Evaluation:Tasks", "Analysis:Tasks", StringComparison.Ordinal));
        }
    }

    private double[] Right(LanguageModel model, EvaluationTask task, CancellationToken stop)
    {
        using var scorer = new ModelScorer(model, _tokenizer, sha256: "");
        var terms = Metric.All[task.Metric].Terms;
        return [.. _evaluator.Run(scorer, task, stop: stop).Items.Select(item => terms([item]).A)];
    }
}
