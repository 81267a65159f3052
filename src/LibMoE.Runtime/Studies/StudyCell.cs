using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Studies;

/// <summary>One training run of a study.</summary>
/// <param name="Variant">What is trained.</param>
/// <param name="Training">How, with the cell's own seed.</param>
internal sealed record StudyCell(StudyVariant Variant, TrainingConfig Training)
{
    public long Seed => Training.Seed;

    /// <summary>What a grid sets in this cell; empty without a grid.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = StudyPlan.NoSettings;

    /// <summary>The text that it is trained on.</summary>
    public CorpusOptions Corpus { get; init; } = new();

    /// <summary>The variant's name and the grid's settings.</summary>
    public string Label => SettingsLabel.Of(Variant.Name, Settings);

    /// <summary>Where the cell is kept, relative to the run folder, with slashes.</summary>
    public string Folder => CellPath.Of(Variant.Name, Settings, Seed);

    /// <summary>Label and seed, for sentences.</summary>
    public override string ToString() => FormattableString.Invariant($"{Label}, seed {Seed}");
}
