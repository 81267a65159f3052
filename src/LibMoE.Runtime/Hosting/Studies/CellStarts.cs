using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Training;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>
/// Where the cells of a run begin: one that is done is left alone, one that was begun continues from its newest whole checkpoint, another
/// begins at step 0.
/// </summary>
internal static class CellStarts
{
    /// <summary>Looks into the folders of the cells.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="cells">The cells.</param>
    /// <param name="allowed">Settings, or whole sections, that may differ from those that a cell was begun with.</param>
    /// <exception cref="ConfigurationException">A cell was begun with other settings.</exception>
    /// <exception cref="StorageException">A cell has checkpoints, but every one is damaged.</exception>
    public static IReadOnlyList<PlannedCell> Find(StudyFolder run, IReadOnlyList<PlannedCell> cells, IReadOnlyList<string> allowed) =>
    [
        .. from cell in cells
           let done = CellResults.Find(run, cell.Row)
           select done is null ? GoOn(run, cell, allowed) : cell with { Done = done },
    ];

    /// <summary>The cell, from its newest whole checkpoint on, done or not.</summary>
    /// <inheritdoc cref="Find" path="/exception"/>
    public static PlannedCell GoOn(StudyFolder run, PlannedCell planned, IReadOnlyList<string> allowed)
    {
        if (run.Read($"{planned.Row.Folder}/{CellFiles.Config}") is null)
        {
            return planned;
        }

        var cell = planned.Cell;
        var start = ResumePoint.Find(run.Cell(cell).Storage, planned.Source.IdentityOf(cell), allowed);
        if (start.Checkpoint is null && allowed.Count == 0)
        {
            CellResults.RefuseOther(run, planned);
        }

        return planned with { Start = start };
    }
}
