namespace VisionLanguage;

/// <summary>What can be said of test questions without looking at a picture.</summary>
internal sealed class WithoutLooking(PictureTask task)
{
    /// <summary>Answers each question with what is most frequent of all.</summary>
    public IReadOnlyDictionary<string, AnswerShare> MostFrequent()
    {
        var most = Most(task.Train);
        return Shares(_ => most);
    }

    /// <summary>Answers each question with what is most frequent for its wording.</summary>
    public IReadOnlyDictionary<string, AnswerShare> QuestionOnly()
    {
        var (most, byWording) = (Most(task.Train), task.Train.GroupBy(row => row.Question).ToDictionary(rows => rows.Key, Most));
        return Shares(row => byWording.GetValueOrDefault(row.Question, most));
    }

    private Dictionary<string, AnswerShare> Shares(Func<PictureQuestion, string> answer)
    {
        var shares = task.Test.GroupBy(row => row.Kind).ToDictionary(rows => rows.Key, Right);
        shares[AnswerColumn.All] = Right(task.Test);
        return shares;

        AnswerShare Right(IEnumerable<PictureQuestion> rows) => new(rows.Average(row => answer(row) == row.Answer ? 1.0 : 0));
    }

    private static string Most(IEnumerable<PictureQuestion> rows) =>
        rows.CountBy(row => row.Answer)
            .OrderByDescending(answer => answer.Value)
            .ThenBy(answer => answer.Key, StringComparer.Ordinal)
            .First().Key;
}
