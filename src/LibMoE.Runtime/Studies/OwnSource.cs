using static TorchSharp.torch;

namespace LibMoE.Runtime.Studies;

/// <summary>A program's own learners on their own data.</summary>
internal sealed class OwnSource(OwnLearner own) : CellSource
{
    /// <inheritdoc />
    public override CorpusIdentity Data => own.Facts.Data;

    /// <inheritdoc />
    public override (long Train, long HeldOut) Size => (0, own.Facts.HeldOutExamples);

    /// <inheritdoc />
    public override IReadOnlyList<string> Notes => own.Facts.Cautions;

    /// <inheritdoc />
    public override IReadOnlyList<Baseline> Baselines => own.Baselines;

    /// <inheritdoc />
    public override CellConfig ConfigOf(StudyCell cell) => new(
        cell.Variant.Name, cell.Seed, null, cell.Training, DeclarationIdentity.Of(cell.Variant.Mixture?.Declaration), Data)
    {
        Learner = own.Facts.Settings,
    };

    /// <inheritdoc />
    public override CheckpointState IdentityOf(StudyCell cell) => own.Facts.Identity with { Training = cell.Training };

    /// <inheritdoc />
    public override Learner Create(StudyCell cell, Device device, Ranks? ranks = null) => own.Create(cell.Training, device, ranks);
}
