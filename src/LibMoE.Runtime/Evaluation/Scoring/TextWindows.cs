namespace LibMoE.Runtime;

/// <summary>
/// Running text as windows that fit the model and score every token once (the rolling log-likelihood of lm-evaluation-harness): each
/// window sees the start token and the token before it, the last one as much of the text before it as fits.
/// </summary>
internal static class TextWindows
{
    /// <summary>The windows of a text.</summary>
    /// <param name="ids">The text.</param>
    /// <param name="start">The start token, or nothing.</param>
    /// <param name="context">How many tokens the model takes.</param>
    /// <param name="index">The item's place.</param>
    public static ItemRequests Make(int[] ids, int[] start, int context, int index)
    {
        // The most tokens of text in one window, those that are only looked at included.
        var room = context + 1 - start.Length;
        if (room < 2)
        {
            return ItemRequests.Refused($"running text needs a model that takes at least {start.Length + 1} tokens; this takes {context}");
        }

        var windows = new List<ScoringRequest>();
        for (var from = start.Length > 0 ? 0 : 1; from < ids.Length;)
        {
            var scored = Math.Min(ids.Length - from, from == 0 ? room : room - 1);
            var seen = from + scored == ids.Length ? Math.Min(from, room - scored) : Math.Min(from, 1);
            windows.Add(new ScoringRequest(
                index, windows.Count, [.. start, .. ids.AsSpan(from - seen, seen + scored)], start.Length + seen));
            from += scored;
        }

        return windows.Count > 0 ? new ItemRequests(windows) : ItemRequests.Refused("the text has no token that can be predicted");
    }
}
