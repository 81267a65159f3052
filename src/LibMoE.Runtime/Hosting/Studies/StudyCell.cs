namespace LibMoE.Runtime;

/// <summary>One training run of a study.</summary>
/// <param name="Variant">What is trained.</param>
/// <param name="Training">How, with the cell's own seed.</param>
internal sealed record StudyCell(StudyVariant Variant, TrainingConfig Training)
{
    public long Seed => Training.Seed;
}
