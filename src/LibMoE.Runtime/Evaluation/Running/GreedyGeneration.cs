namespace LibMoE.Runtime.Evaluation.Running;

/// <summary>Lets a model go on from a prompt, the most likely token at a time, until a stop text, the task's limit or the
/// context's end.</summary>
internal sealed class GreedyGeneration(IScorer scorer, EvaluationTask task)
{
    /// <summary>The texts that follow the prompts of a batch.</summary>
    public IReadOnlyList<SequenceScore> Run(ScoringBatch batch) =>
        [.. batch.Requests.Select(request => new SequenceScore(0, false, GoOn(request.Ids)))];

    private string GoOn(int[] prompt)
    {
        var ids = new List<int>(prompt);
        while (true)
        {
            var text = scorer.Tokenizer.Decode([.. ids.Skip(prompt.Length)]);
            var end = task.Until.Select(stop => text.IndexOf(stop, StringComparison.Ordinal))
                .Where(place => place >= 0).DefaultIfEmpty(-1).Min();
            if (end >= 0)
            {
                return text[..end];
            }

            if (ids.Count - prompt.Length == task.MaxTokens || ids.Count > scorer.Context)
            {
                return text;
            }

            ids.Add(scorer.Next(ids));
        }
    }
}
