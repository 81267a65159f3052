namespace LibMoE.Runtime.Evaluation.Reading;

/// <summary>Worked examples that stand before a question.</summary>
internal sealed class FewShot
{
    private readonly EvaluationTask? _task;
    private readonly int _count;
    private readonly int _seed;
    private readonly Dictionary<string, string> _examples = [];
    private readonly ILookup<string, EvaluationItem> _items;

    /// <summary>Examples of a development split.</summary>
    /// <param name="task">The task.</param>
    /// <param name="count">How many examples stand before a question.</param>
    /// <param name="seed">0 takes the first ones of the question's group, any other number draws them.</param>
    /// <param name="items">The development split.</param>
    public FewShot(EvaluationTask task, int count, int seed, IEnumerable<EvaluationItem> items)
    {
        (_task, _count, _seed) = (task, count, seed);
        _items = items.ToLookup(item => item.Group);
    }

    private FewShot() => _items = Array.Empty<EvaluationItem>().ToLookup(item => item.Group);

    /// <summary>No examples.</summary>
    public static FewShot None { get; } = new();

    /// <summary>What stands before the prompts of a group.</summary>
    /// <exception cref="ArgumentException">The group has too few examples.</exception>
    public string Before(string group, string description)
    {
        if (_task is null)
        {
            return description;
        }

        if (!_examples.TryGetValue(group, out var examples))
        {
            _examples[group] = examples = string.Concat(Draw(group).Select(item => Text(item) + _task.ShotSeparator));
        }

        return description + examples;
    }

    private IEnumerable<EvaluationItem> Draw(string group)
    {
        var items = _items[group].ToArray();
        if (items.Length < _count)
        {
            throw new ArgumentException(
                $"Task '{_task!.Name}' was asked for {_count} examples; the development split of '{group}' has {items.Length}.");
        }

        if (_seed != 0)
        {
            new Random(_seed).Shuffle(items);
        }

        return items.Take(_count);
    }

    private static string Text(EvaluationItem item) => item.Options[item.Gold].Context + item.Options[item.Gold].Continuation;
}
