using LibMoE.Runtime.Data.Sampling;

namespace LibMoE.Runtime.Training.Learners.FewShot;

/// <summary>Draws tasks: each follows from its number and the seed.</summary>
internal sealed class FewShotTasks
{
    private readonly LabelledRows _rows;
    private readonly int _ways;
    private readonly int _shots;
    private readonly int _queries;
    private readonly ulong _seed;
    private readonly int[][] _classes;

    /// <summary>Tasks of these examples.</summary>
    /// <param name="rows">The examples; classes with too few are in no task.</param>
    /// <param name="ways">Classes of a task.</param>
    /// <param name="shots">Examples of each to adapt to.</param>
    /// <param name="queries">Examples of each to measure by.</param>
    /// <param name="seed">Decides all tasks.</param>
    public FewShotTasks(LabelledRows rows, int ways, int shots, int queries, long seed)
    {
        (_rows, _ways, _shots, _queries, _seed) = (rows, ways, shots, queries, ShuffledOrder.Mix((ulong)seed));
        _classes =
        [
            .. rows.Labels.Index().GroupBy(row => row.Item).Where(group => group.Count() >= shots + queries)
                .OrderBy(group => group.Key).Select(group => group.Select(row => row.Index).ToArray()),
        ];
    }

    /// <summary>The task of that number. Which of its classes is which number is drawn too.</summary>
    public FewShotTask At(long number)
    {
        var key = ShuffledOrder.Mix(_seed + (ulong)number);
        var order = new ShuffledOrder(_classes.Length, key);
        int[][] drawn = [.. Enumerable.Range(0, _ways).Select(way => Drawn(_classes[order[way]], key + 1 + (ulong)way))];
        return new FewShotTask(_rows, Turns(drawn, 0, _shots), Turns(drawn, _shots, _queries), _ways);
    }

    /// <summary>So many rows of a class, without repeats.</summary>
    private int[] Drawn(int[] rows, ulong key)
    {
        var order = new ShuffledOrder(rows.Length, ShuffledOrder.Mix(key));
        return [.. Enumerable.Range(0, _shots + _queries).Select(place => rows[order[place]])];
    }

    private static int[] Turns(int[][] drawn, int first, int count) =>
        [.. Enumerable.Range(first, count).SelectMany(place => drawn.Select(rows => rows[place]))];
}
