using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>The study of one cell that goes on from a model which was made of another.</summary>
internal static class MadeModel
{
    /// <summary>Its model is the run's newest checkpoint: at step 0 what was made, later what training has made of it.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="variant">What its FFNs are; null where they are dense.</param>
    /// <param name="training">How it is trained.</param>
    /// <param name="text">Where the text comes from.</param>
    /// <param name="corpus">The text.</param>
    /// <exception cref="ConfigurationException">The run has no such model.</exception>
    /// <exception cref="StorageException">No checkpoint is whole.</exception>
    public static PreparedStudy Study(
        StudyFolder folder, MoeVariant? variant, TrainingConfig training, CorpusOptions text, Corpus corpus)
    {
        var name = variant?.Name ?? MoeVariant.Dense;
        var newest = folder.Cell(name, training.Seed).Storage.Checkpoints.Newest().Newest
            ?? throw new ConfigurationException($"Run:Resume finds no model {name} of seed {training.Seed} in {folder.Path}; "
                + "name the run, variant and seed that were begun.");
        var cell = new StudyCell(new StudyVariant(variant, newest.State.Model), training) { Corpus = text };
        var source = new MadeSource(corpus, newest.State.Progress is null ? newest : null);
        return new PreparedStudy(
            [new StudyPlan([cell.Variant], Seeds: 1, training) { Corpus = text }],
            [new PlannedCell(0, cell, source, source.ConfigOf(cell).ToJson())]);
    }
}
