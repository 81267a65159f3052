namespace LibMoE.Runtime.Models.Generation;

/// <summary>A text that was admitted: its cache, its sampler, and what is to be read next.</summary>
internal sealed class RunningText : IDisposable
{
    private readonly TokenSampler _sampler;
    private int _drawn;

    /// <param name="text">What is to be continued.</param>
    /// <param name="reserved">How many tokens its cache has room for.</param>
    public RunningText(BatchedText text, long reserved)
    {
        (Text, Reserved, Fresh) = (text, reserved, text.Prompt);
        _sampler = new TokenSampler(text.Options);
        Cache = new KeyValueCache(reserved);
    }

    /// <summary>What is to be continued.</summary>
    public BatchedText Text { get; }

    /// <summary>How many tokens its cache has room for.</summary>
    public long Reserved { get; }

    /// <summary>What was read.</summary>
    public KeyValueCache Cache { get; }

    /// <summary>The ids that come next: the prompt, then the last drawn one.</summary>
    public IReadOnlyList<int> Fresh { get; private set; }

    /// <summary>Draws the next token.</summary>
    /// <param name="logits_V">The logits after the last id [V].</param>
    /// <param name="experts">Which experts worked on that id, for each MoE layer.</param>
    /// <param name="context">The model's context.</param>
    public DrawnToken Draw(double[] logits_V, IReadOnlyList<IReadOnlyList<long>> experts, int context)
    {
        try
        {
            var id = _sampler.Next(logits_V);
            if (Text.Ends.Contains(id) || id >= Text.Vocabulary)
            {
                return new DrawnToken(Text, null) { End = TextEnd.EndId };
            }

            (Fresh, _drawn) = ([id], _drawn + 1);
            return new DrawnToken(Text, id)
            {
                End = _drawn == Text.Options.Tokens || Text.Prompt.Count + _drawn > context ? TextEnd.Length : null,
                LogProbability = Text.Best is null ? null : logits_V[id] - LogSum(logits_V),
                Best = Text.Best is { } count ? Largest(logits_V, count) : [],
                Experts = Text.Experts ? experts : [],
            };
        }
        catch (InvalidDataException noToken)
        {
            return new DrawnToken(Text, null) { End = TextEnd.Failed, Failure = noToken };
        }
    }

    /// <inheritdoc />
    public void Dispose() => Cache.Dispose();

    private static IReadOnlyList<(int Id, double LogProbability)> Largest(double[] logits_V, int count)
    {
        if (count == 0)
        {
            return [];
        }

        var sum = LogSum(logits_V);
        return
        [
            .. logits_V.Select((logit, id) => (Id: id, LogProbability: logit - sum))
                .OrderByDescending(entry => entry.LogProbability).ThenBy(entry => entry.Id).Take(count),
        ];
    }

    /// <summary>ln Σ exp(logit).</summary>
    private static double LogSum(double[] logits_V)
    {
        var largest = logits_V.Max();
        return largest + Math.Log(logits_V.Sum(logit => Math.Exp(logit - largest)));
    }
}
