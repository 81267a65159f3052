namespace LibMoE.Runtime;

/// <summary>Where the cells of a run begin: at step 0, or at the newest whole checkpoint of one that was begun.</summary>
internal static class CellStarts
{
    /// <summary>Looks for checkpoints of the cells that were begun and are not done.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="cells">The cells.</param>
    /// <param name="allowed">Settings, or whole sections, that may differ from those that a cell was begun with.</param>
    /// <exception cref="ConfigurationException">A cell was begun with other settings.</exception>
    /// <exception cref="StorageException">A cell has checkpoints, but every one is damaged.</exception>
    public static IReadOnlyList<PlannedCell> Find(RunFolder run, IReadOnlyList<PlannedCell> cells, IReadOnlyList<string> allowed) =>
        [.. cells.Select(cell => cell with { Start = Find(run, cell, allowed) })];

    private static ResumePoint Find(RunFolder run, PlannedCell planned, IReadOnlyList<string> allowed)
    {
        if (run.Read($"{planned.Row.Folder}/{CellFiles.Config}") is null || CellResults.Find(run, planned.Row) is not null)
        {
            return new ResumePoint(null, []);
        }

        var cell = planned.Cell;
        var identity = RunCheckpoint.Identity(cell.Variant.Model, cell.Variant.Mixture, planned.Corpus, cell.Training);
        var start = ResumePoint.Find(run.Cell(cell).Storage, identity, allowed);
        if (start.Checkpoint is null)
        {
            CellResults.RefuseOther(run, planned);
        }

        return start;
    }
}
