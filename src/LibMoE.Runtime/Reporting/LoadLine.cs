namespace LibMoE.Runtime;

/// <summary>How evenly each MoE block uses its experts, in one line.</summary>
internal static class LoadLine
{
    /// <summary>Per block the picks of the most used expert over the mean, and the experts without a pick; null without counts.</summary>
    public static string? Of(TrainingProgress progress)
    {
        var loads = progress.Blocks.Select(BlockLoad.Of).ToList();
        return loads.All(load => load is null)
            ? null
            : $"expert load by block, max/mean {Join(loads, load => Figures.Number(load.MaxOverMean, 2))}; "
                + $"dead {Join(loads, load => Figures.Number(load.Dead, 0))}";
    }

    private static string Join(IEnumerable<BlockLoad?> loads, Func<BlockLoad, string> write) =>
        string.Join(' ', loads.Select(load => load is { } known ? write(known) : Figures.None));
}
