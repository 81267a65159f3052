namespace LibMoE.Runtime.Training;

/// <summary>Adds up picks per expert, block by block.</summary>
internal sealed class LoadMeter
{
    private long[]?[]? _totals;

    /// <summary>What was added since the last time; null before the first call. Setting it continues from there.</summary>
    public IReadOnlyList<long[]?>? Totals
    {
        get => _totals?.Select(block => block?.ToArray()).ToList();
        set => _totals = value?.Select(block => block?.ToArray()).ToArray();
    }

    /// <summary>Adds the picks of one call.</summary>
    /// <param name="picks">Per MoE block; null where the gate has no counts.</param>
    public void Add(IReadOnlyList<long[]?> picks)
    {
        _totals ??= [.. picks.Select(block => block is null ? null : new long[block.Length])];
        foreach (var (total, block) in _totals.Zip(picks))
        {
            for (var expert = 0; total is not null && block is not null && expert < total.Length; expert++)
            {
                total[expert] += block[expert];
            }
        }
    }

    /// <summary>What was added since the last time; null without counts.</summary>
    public ExpertLoad? Take()
    {
        var blocks = TakeBlocks().OfType<long[]>().ToList();
        return blocks.Count == 0 ? null : new ExpertLoad(blocks);
    }

    /// <summary>What was added since the last time, for every MoE block; null for one without counts.</summary>
    public IReadOnlyList<long[]?> TakeBlocks()
    {
        var totals = _totals ?? [];
        _totals = null;
        return totals;
    }
}
