using LibMoE.Runtime.Evaluation.Reading;
using LibMoE.Runtime.Evaluation.Scoring;

namespace LibMoE.Runtime.Evaluation.Running;

/// <summary>What a task asks a model that reads text, in batches. They follow from model, task and options alone: every process that makes
/// them has the same.</summary>
/// <param name="scorer">The model.</param>
/// <param name="read">The task's items.</param>
/// <param name="options">How it is evaluated.</param>
internal sealed class TaskBatches(IScorer scorer, TaskData read, EvaluationOptions options)
{
    private readonly GreedyGeneration? _generate = read.Task.Form == TaskForm.Generate ? new GreedyGeneration(scorer, read.Task) : null;
    private IReadOnlyList<ScoringBatch>? _plan;

    /// <summary>The model.</summary>
    public IScorer Scorer => scorer;

    /// <summary>The items as they were read.</summary>
    public TaskData Read => read;

    /// <summary>The task.</summary>
    public EvaluationTask Task => read.Task;

    /// <summary>What each item asks of the model.</summary>
    public List<ItemRequests> Items { get; } = Requests(scorer, read);

    /// <summary>The batches.</summary>
    public IReadOnlyList<ScoringBatch> Plan => _plan ??= BatchPlan.Make(
        Items, options.TokensOfBatch(scorer.Tokenizer.Vocabulary), options.SharePrefixes,
        oneByOne: options.OneByOne || scorer.Batching.Kind != BatchKind.Together);

    /// <summary>The scores of a batch, by its number.</summary>
    public byte[] Compute(int number) => SharedTask.Bytes(_generate?.Run(Plan[number]) ?? scorer.Score(Plan[number]));

    private static List<ItemRequests> Requests(IScorer scorer, TaskData read)
    {
        var maker = new RequestMaker(scorer.Tokenizer, scorer.Context);
        return [.. read.Items.Select((item, index) => maker.Make(item, index))];
    }
}
