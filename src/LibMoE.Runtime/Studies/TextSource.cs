using LibMoE.Runtime.Training;
using LibMoE.Runtime.Training.Learners;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Studies;

/// <summary>Language models on a corpus.</summary>
internal class TextSource(Corpus corpus) : CellSource
{
    /// <inheritdoc />
    public override Corpus Text => corpus;

    /// <inheritdoc />
    public override CorpusIdentity Data => new(corpus.Name, corpus.Sha256);

    /// <inheritdoc />
    public override (long Train, long HeldOut) Size => (corpus.Train.Count, corpus.Validation.Count);

    /// <inheritdoc />
    public override IReadOnlyList<string> Notes => corpus.Notes;

    /// <inheritdoc />
    public override CellConfig ConfigOf(StudyCell cell) => CellConfig.Of(cell, corpus);

    /// <inheritdoc />
    public override CheckpointState IdentityOf(StudyCell cell) =>
        RunCheckpoint.Identity(cell.Variant.Model!, cell.Variant.Mixture, corpus, cell.Training);

    /// <inheritdoc />
    public override Learner Create(StudyCell cell, Device device, Ranks? ranks = null) =>
        new TextLearner(CreateModel(cell, device, ranks), corpus, cell.Training, ownsModel: true);

    /// <summary>Makes the model that training begins with.</summary>
    protected virtual LanguageModel CreateModel(StudyCell cell, Device device, Ranks? ranks) => LanguageModel.Create(
        cell.Variant.Model!, cell.Variant.Mixture, cell.Seed, compute: cell.Training.ComputeScalar, device: device, ranks: ranks);
}
