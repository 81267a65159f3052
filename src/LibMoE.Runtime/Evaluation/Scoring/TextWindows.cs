namespace LibMoE.Runtime.Evaluation.Scoring;

/// <summary>
/// Running text as windows that fit the model and score every token once: the disjoint windows of lm-evaluation-harness' rolling
/// log-likelihood. The first begins with the start token; each later one with the last token that is scored before it, or, where the text
/// ends, with as much of the text before it as fits.
/// </summary>
internal static class TextWindows
{
    /// <summary>The windows of a text.</summary>
    /// <param name="ids">The text.</param>
    /// <param name="start">The start token, or nothing: then the first token of the text is not scored.</param>
    /// <param name="context">How many tokens the model takes.</param>
    /// <param name="index">The item's place.</param>
    public static ItemRequests Make(int[] ids, int[] start, int context, int index)
    {
        if (start.Length + ids.Length < 2)
        {
            return ItemRequests.Refused("the text has no token that can be predicted");
        }

        var first = Math.Min(context + 1 - start.Length, ids.Length);
        var windows = new List<ScoringRequest> { new(index, 0, [.. start, .. ids.AsSpan(0, first)], 1) };
        for (var end = first; end < ids.Length;)
        {
            var scored = Math.Min(ids.Length - end, context);
            end += scored;
            windows.Add(new ScoringRequest(index, windows.Count, ids[(end - context - 1)..end], context + 1 - scored));
        }

        return new ItemRequests(windows);
    }
}
