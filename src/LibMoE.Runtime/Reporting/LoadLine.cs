namespace LibMoE.Runtime.Reporting;

/// <summary>How evenly each MoE block uses its experts, in one line.</summary>
internal static class LoadLine
{
    /// <summary>Per block the picks of the most used expert over the mean, and the experts without a pick; null without counts.</summary>
    public static string? Of(TrainingProgress progress)
    {
        var blocks = progress.Blocks;
        return blocks.All(block => block.MaxOverMean is null)
            ? null
            : $"expert load by block, max/mean {string.Join(' ', blocks.Select(block => Figures.Number(block.MaxOverMean, 2)))}; "
                + $"dead {string.Join(' ', blocks.Select(block => Figures.Number(block.Dead, 0)))}";
    }
}
