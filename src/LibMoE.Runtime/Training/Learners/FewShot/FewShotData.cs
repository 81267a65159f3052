using System.Runtime.InteropServices;

namespace LibMoE.Runtime;

/// <summary>Classes with a few examples each: some to learn from, others, which are in no training task, to be measured by.</summary>
/// <param name="Name">For people.</param>
/// <param name="Train">Examples of training classes, from 0.</param>
/// <param name="Test">Examples of test classes, numbered from 0 anew.</param>
public sealed record FewShotData(string Name, LabelledRows Train, LabelledRows Test)
{
    private CorpusIdentity? _identity;

    /// <summary>N: classes of a task.</summary>
    public int Ways { get; init; } = 5;

    /// <summary>K: examples of each class that a test task is adapted to.</summary>
    public int Shots { get; init; } = 1;

    /// <summary>Examples of each class that a training task is adapted to.</summary>
    public int TrainShots { get; init; } = 1;

    /// <summary>Further examples of each class, by which a task is measured.</summary>
    public int Queries { get; init; } = 5;

    /// <summary>Test tasks, the same for every learner.</summary>
    public int Tasks { get; init; } = 200;

    /// <summary>The groups that examples are of, such as alphabets, whose routing is looked at apart; empty for none.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Which data it is.</summary>
    public CorpusIdentity Identity => _identity ??= CorpusIdentity.Of(Name,
    [
        .. MemoryMarshal.AsBytes(Train.Values), .. Bytes(Train.Labels), .. MemoryMarshal.AsBytes(Test.Values), .. Bytes(Test.Labels),
    ]);

    /// <summary>Everything that is wrong, one sentence each.</summary>
    internal IEnumerable<string> Problems()
    {
        foreach (var (name, value, least) in new[]
        {
            (nameof(Ways), Ways, 2), (nameof(Shots), Shots, 1), (nameof(TrainShots), TrainShots, 1), (nameof(Queries), Queries, 1),
            (nameof(Tasks), Tasks, 2),
        })
        {
            if (value < least)
            {
                yield return $"{name} of {Name} is {value}; it must be at least {least}.";
            }
        }

        foreach (var (name, rows, shots) in new[] { ("training", Train, TrainShots), ("test", Test, Shots) })
        {
            var enough = rows.Labels.GroupBy(label => label).Count(group => group.Count() >= shots + Queries);
            if (enough < Ways)
            {
                yield return $"{enough} {name} classes of {Name} have the {shots + Queries} examples that a task takes of each of its "
                    + $"{Ways}; give fewer ways, shots or queries.";
            }
        }

        if (Groups.Count > 0 && (Test.Groups is null || Test.Groups.Any(group => group < 0 || group >= Groups.Count)))
        {
            yield return $"{Name} has a test example whose group is not from 0 to {Groups.Count - 1}.";
        }
    }

    private static ReadOnlySpan<byte> Bytes(IReadOnlyList<int> numbers) => MemoryMarshal.AsBytes<int>(numbers.ToArray());
}
