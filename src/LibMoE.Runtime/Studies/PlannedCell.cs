using LibMoE.Runtime.Training;

namespace LibMoE.Runtime.Studies;

/// <summary>A cell with everything that decides its result.</summary>
/// <param name="Index">Its place in the study, from 0.</param>
/// <param name="Cell">What is trained, and how.</param>
/// <param name="Source">What it is trained on, and how its learner is made.</param>
/// <param name="Config">The text of its <c>config.json</c>, without the line break at its end.</param>
internal sealed record PlannedCell(int Index, StudyCell Cell, CellSource Source, string Config)
{
    /// <summary>Its earlier result; null where it is to be trained.</summary>
    public TrainingResult? Done { get; init; }

    /// <summary>Where training begins.</summary>
    public ResumePoint Start { get; init; } = new(null, []);

    /// <summary>The cell's line in <c>cells.jsonl</c>.</summary>
    public ManifestCell Row { get; } =
        new(Index, Cell.Variant.Name, Cell.Seed, Cell.Settings, Cell.Folder, ManifestCell.HashOf(Config + "\n"));
}
