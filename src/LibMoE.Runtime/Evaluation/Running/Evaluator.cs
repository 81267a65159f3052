using System.Diagnostics;
using LibMoE.Runtime.Evaluation.Reading;
using LibMoE.Runtime.Evaluation.Running;
using LibMoE.Runtime.Evaluation.Scoring;

namespace LibMoE.Runtime;

/// <summary>Evaluates models on tasks.</summary>
/// <param name="data">Where the tasks' data lies.</param>
/// <param name="options">How.</param>
/// <param name="cacheFolder">Where finished and broken-off evaluations are kept; null keeps none.</param>
public sealed class Evaluator(DataCache data, EvaluationOptions options, string? cacheFolder = null)
{
    private readonly OutcomeCache? _cache = cacheFolder is null ? null : new OutcomeCache(cacheFolder);

    /// <summary>Has the batches of a task computed by several ranks; null computes them here.</summary>
    internal ISharedTask? Shared { get; init; }

    /// <summary>The evaluator of a configuration, with its cache.</summary>
    public static Evaluator Create(DataCache data, EvaluationOptions options) =>
        Create(data, options, shared: null);

    /// <summary>The same, with batches computed by several ranks.</summary>
    /// <param name="data">Where the tasks' data lies.</param>
    /// <param name="options">How.</param>
    /// <param name="shared">Who computes; null is this process.</param>
    internal static Evaluator Create(DataCache data, EvaluationOptions options, ISharedTask? shared) =>
        new(data, options, options.Cache.Length > 0 ? options.Cache : Path.Combine(data.Writable, "evaluations")) { Shared = shared };

    /// <summary>Evaluates a model on a task, or takes the finished outcome from the cache.</summary>
    /// <param name="scorer">The model.</param>
    /// <param name="task">The task; its data must be there.</param>
    /// <param name="progress">Reports after every batch.</param>
    /// <param name="stop">Ends the evaluation after the batch that it is in; what is done stays in the journal.</param>
    /// <exception cref="ConfigurationException">The model's layers are not causal, or the task shows images to a model that reads text
    /// alone.</exception>
    /// <exception cref="MissingDataException">The data is not there.</exception>
    /// <exception cref="EvaluationDataException">The data is damaged or malformed, or no item can be scored.</exception>
    /// <exception cref="StorageException">The cache or the journal could not be written.</exception>
    /// <exception cref="OperationCanceledException">The evaluation was stopped.</exception>
    public TaskOutcome Run(
        IScorer scorer, EvaluationTask task, IProgress<EvaluationProgress>? progress = null, CancellationToken stop = default)
    {
        if (scorer.Batching is { Kind: BatchKind.NotCausal } rule && !options.OneByOne)
        {
            throw new ConfigurationException(
                $"{scorer.Name} cannot be evaluated: {rule.Reason}; Evaluation:OneByOne=true scores it all the same, one sequence a call.");
        }

        if (task.Images is not null && scorer.Eyes is null && !options.QuestionOnly)
        {
            throw new ConfigurationException(
                $"{scorer.Name} cannot be asked '{task.Name}', whose questions are on images: it reads text alone; "
                + "Evaluation:QuestionOnly=true asks the questions without their images.");
        }

        // Which images a task has is known once its rows are read.
        var seen = task.Images is null ? null : ItemReader.Read(task, data, options.Reading);
        var files = seen?.Files ?? TaskFiles.Locate(task, data, development: options.Shots > 0).Hashes;
        var key = EvaluationKey.Text(scorer, task, files, options);
        if (_cache?.Find(task, key) is { } kept)
        {
            progress?.Report(new EvaluationProgress(scorer.Name, task, 0, 0, TimeSpan.Zero));
            return kept;
        }

        var read = seen ?? ItemReader.Read(task, data, options.Reading);
        using var journal = _cache?.OpenJournal(task, key);
        var outcome = Sees(scorer, task)
            ? new ImageAnswers(scorer, scorer.Eyes!, read).Run(journal, Shared, progress, stop)
            : Score(new TaskBatches(scorer, read, options), journal, progress, stop);
        _cache?.Keep(task, key, outcome);
        journal?.Delete();
        return outcome;
    }

    /// <summary>What a rank computes of a task that another asks it for: a batch, or a question on an image, by its number.</summary>
    /// <param name="scorer">The model.</param>
    /// <param name="task">The task.</param>
    internal Func<int, byte[]> Computing(IScorer scorer, EvaluationTask task)
    {
        var read = ItemReader.Read(task, data, options.Reading);
        return Sees(scorer, task) ? new ImageAnswers(scorer, scorer.Eyes!, read).Compute : new TaskBatches(scorer, read, options).Compute;
    }

    private static bool Sees(IScorer scorer, EvaluationTask task) => task.Images is not null && scorer.Eyes is not null;

    private TaskOutcome Score(
        TaskBatches batches, EvaluationJournal? journal, IProgress<EvaluationProgress>? progress, CancellationToken stop)
    {
        var scores = batches.Items.ConvertAll(item => new SequenceScore[item.Requests.Count]);
        var (total, done, fresh) = (batches.Plan.Sum(batch => batch.Tokens), 0L, 0L);
        var time = Stopwatch.StartNew();
        int[] missing = [.. batches.Plan.Select(batch => batch.Number).Where(number => journal?.Done.ContainsKey(number) != true)];
        using var computed = SharedTask.Results(Shared, batches.Task, missing, batches.Compute, stop).GetEnumerator();
        foreach (var batch in batches.Plan)
        {
            if (journal is null || !journal.Done.TryGetValue(batch.Number, out var results))
            {
                computed.MoveNext();
                results = computed.Current;
                journal?.Append(batch.Number, results);
                fresh += batch.Tokens;
            }

            for (var i = 0; i < results.Count; i++)
            {
                scores[batch.Requests[i].Item][batch.Requests[i].Part] = results[i];
            }

            done += batch.Tokens;
            TimeSpan? left = fresh > 0 ? time.Elapsed * ((double)(total - done) / fresh) : null;
            progress?.Report(new EvaluationProgress(batches.Scorer.Name, batches.Task, done, total, left));
        }

        return Outcomes.Of(batches.Read, batches.Items, scores);
    }
}
