using LibMoE.Runtime;

namespace Recommendation;

/// <summary>Visitors who looked at three areas or more, two of which are given, and the question whether there are more than
/// three.</summary>
internal sealed class TaskVisits(WebVisits visits)
{
    public const int Given = 2;

    private const int Longest = 3;

    private readonly List<int[]> _train = [.. visits.Train.Where(areas => areas.Length > Given)];

    /// <summary>The questions of the protocol "given 2".</summary>
    public IReadOnlyList<Question> Test { get; } = [.. visits.Test.Where(question => question.Protocol == $"given {Given}")];

    /// <summary>Whether a session has more areas than three.</summary>
    public static bool IsLonger(int areas) => areas > Longest;

    /// <summary>Whether the session of a question has.</summary>
    public static bool IsLonger(Question question) => IsLonger(question.Given.Count + question.Hidden.Count);

    /// <summary>A visitor to learn from and two areas, drawn by the seed and the position alone.</summary>
    public (IReadOnlyList<int> Given, IReadOnlyList<int> All) Draw(long seed, long position)
    {
        var random = new Random((int)(seed * 1_000_003 + position));
        return Two(random, _train[random.Next(_train.Count)]);
    }

    /// <summary>Every visitor to learn from once, and the questions, as a table for logistic regression.</summary>
    public ClassifierData Of(IReadOnlyList<Question> questions)
    {
        var random = new Random(1998);
        return new ClassifierData(
            "sessions", ["three areas", "more"],
            Rows([.. _train.Select(areas => (Two(random, areas).Given, IsLonger(areas.Length)))]),
            Rows([.. questions.Select(question => (question.Given, IsLonger(question)))]));
    }

    private static (IReadOnlyList<int> Given, IReadOnlyList<int> All) Two(Random random, int[] areas)
    {
        var order = areas.ToArray();
        random.Shuffle(order);
        return (order[..Given], areas);
    }

    private LabelledRows Rows(List<(IReadOnlyList<int> Given, bool Longer)> rows)
    {
        using var table_NI = visits.Table(rows.Select(row => row.Given));
        return new LabelledRows(
            [.. table_NI.data<float>()], [visits.Areas.Count], [.. rows.Select(row => row.Longer ? 1 : 0)]);
    }
}
