using System.Diagnostics;

namespace LibMoE.Runtime.Evaluation.Running;

/// <summary>Asks a model that sees every question of a task, one after the other; each answer is journalled before the next is asked
/// for.</summary>
internal sealed class ImageAnswers(IScorer scorer, IImageAnswerer eyes, TaskData read)
{
    /// <summary>The outcome.</summary>
    /// <param name="journal">Holds what a broken-off evaluation has answered; null for none.</param>
    /// <param name="shared">Has the questions asked on several ranks; null asks them here.</param>
    /// <param name="progress">Reports after every answer, in questions.</param>
    /// <param name="stop">Ends the evaluation after the question that it is at.</param>
    public TaskOutcome Run(
        EvaluationJournal? journal, ISharedTask? shared, IProgress<EvaluationProgress>? progress, CancellationToken stop)
    {
        var (requests, scores) = (new List<ItemRequests>(), new List<SequenceScore[]>());
        var (time, fresh) = (Stopwatch.StartNew(), 0);
        int[] missing = [.. Enumerable.Range(0, read.Items.Count).Where(index => journal?.Done.ContainsKey(index) != true)];
        using var computed = SharedTask.Results(shared, read.Task, missing, Compute, stop).GetEnumerator();
        foreach (var (index, item) in read.Items.Index())
        {
            if (journal is null || !journal.Done.TryGetValue(index, out var kept))
            {
                computed.MoveNext();
                kept = computed.Current;
                journal?.Append(index, kept);
                fresh++;
            }

            requests.Add(kept is [{ Text: not null }] ? new ItemRequests([new ScoringRequest(index, 0, [], 0)])
                : ItemRequests.Refused(kept[1].Text!));
            scores.Add([.. kept]);
            TimeSpan? left = fresh > 0 ? time.Elapsed * ((double)(read.Items.Count - index - 1) / fresh) : null;
            progress?.Report(new EvaluationProgress(scorer.Name, read.Task, index + 1, read.Items.Count, left));
        }

        return Outcomes.Of(read, requests, scores);
    }

    /// <summary>The answer to a question, by its number.</summary>
    public byte[] Compute(int number) => SharedTask.Bytes(Answer(read.Items[number]));

    /// <summary>The answer; or nothing and the reason, where the model cannot take the question.</summary>
    private IReadOnlyList<SequenceScore> Answer(EvaluationItem item)
    {
        try
        {
            var text = eyes.Answer(new ImageQuestion(item.Images, item.Options[0].Context, read.Task.MaxTokens, read.Task.Until));
            return [new SequenceScore(0, false, text)];
        }
        catch (InvalidDataException refusal)
        {
            return [new SequenceScore(0, false), new SequenceScore(0, false, refusal.Message)];
        }
        catch (IOException gone)
        {
            throw new EvaluationDataException(item.Place, 0, $"an image of the item cannot be read any more ({gone.Message})", gone);
        }
    }
}
