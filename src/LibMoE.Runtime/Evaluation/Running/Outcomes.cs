using LibMoE.Runtime.Evaluation.Scoring.Answers;

namespace LibMoE.Runtime.Evaluation.Running;

/// <summary>Puts a task's scores together, item by item.</summary>
internal static class Outcomes
{
    /// <summary>The outcome of a task.</summary>
    /// <param name="read">The items.</param>
    /// <param name="requests">What each item asked of the model.</param>
    /// <param name="scores">What the model said of each request.</param>
    /// <exception cref="EvaluationDataException">No item could be scored.</exception>
    public static TaskOutcome Of(TaskData read, List<ItemRequests> requests, List<SequenceScore[]> scores)
    {
        var (answers, refused) = (new List<ItemOutcome>(), new List<RefusedItem>(read.Refused));
        var unanswered = new List<EvaluationItem>(read.Unanswered);
        for (var index = 0; index < read.Items.Count; index++)
        {
            if (requests[index].Refusal is { } reason)
            {
                refused.Add(new RefusedItem(read.Items[index].Place, reason));
                unanswered.Add(read.Items[index]);
            }
            else
            {
                answers.Add(Of(read.Task, read.Items[index], requests[index], scores[index]));
            }
        }

        return answers.Count == 0
            ? throw new EvaluationDataException(
                read.Files.Keys.First(), 0,
                $"no item of '{read.Task.Name}' can be scored; the first: {refused[0].Place}: {refused[0].Reason}")
            : new TaskOutcome
            {
                Task = read.Task.Name,
                Found = read.Found,
                FoundByGroup = read.FoundByGroup,
                Items = answers,
                Unanswered = [.. unanswered.Where(item => item.Key is not null).Select(item => Unanswered(read.Task, item))],
                Refused = refused,
                Files = read.Files,
                IgnoredEntries = read.IgnoredEntries.Count,
            };
    }

    private static ItemOutcome Of(EvaluationTask task, EvaluationItem item, ItemRequests requests, SequenceScore[] scores)
    {
        var windows = item.Form == TaskForm.Text;
        var text = scores[0].Text;
        return Judged(task, item, text, new ItemOutcome
        {
            Index = item.Index,
            Group = item.Group,
            Gold = item.Gold,
            LogLikelihoods = windows ? [scores.Sum(score => score.LogLikelihood)] : [.. scores.Select(score => score.LogLikelihood)],
            Tokens =
                windows ? [requests.Requests.Sum(request => request.Scored)] : [.. requests.Requests.Select(request => request.Scored)],
            Characters = [.. item.Characters],
            Bytes = [.. item.Bytes],
            Words = windows ? item.Words : 0,
            GreedyOptions = windows ? [] : [.. scores.Select(score => score.Greedy)],
            Greedy = windows ? scores.All(score => score.Greedy) : scores[item.Gold].Greedy,
            Text = text,
            Exact = text is not null && text.Trim() == item.Options[0].Continuation.Trim(),
            Cut = requests.Cut,
        });
    }

    private static ItemOutcome Unanswered(EvaluationTask task, EvaluationItem item) => Keyed(task, item, item.Key!, new ItemOutcome
    {
        Index = item.Index,
        Group = item.Group,
        Gold = item.Gold,
        LogLikelihoods = [],
        Tokens = [],
        Characters = [.. item.Characters],
        Bytes = [.. item.Bytes],
        Score = 0,
        Refused = true,
    });

    private static ItemOutcome Keyed(EvaluationTask task, EvaluationItem item, AnswerKey key, ItemOutcome outcome) => outcome with
    {
        Target = key.Target,
        Options = key.Choices.Count > 0 ? key.Choices.Count : task.Options ?? 0,
        Unit = item.Unit,
        Details = key.Details.Count == 0 ? null : key.Details,
    };

    private static ItemOutcome Judged(EvaluationTask task, EvaluationItem item, string? text, ItemOutcome outcome)
    {
        if (task.Rule is not { } rule || item.Key is not { } key || text is null)
        {
            return outcome;
        }

        var verdict = AnswerRules.Judge(rule, key, text);
        return Keyed(task, item, key, outcome with { Score = verdict.Score, Read = verdict.Read, Exact = verdict.Score == 1 });
    }
}
