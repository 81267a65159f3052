using static TorchSharp.torch;

namespace LibMoE.Runtime.Studies;

/// <summary>What a cell is trained on, and how its learner is made and described.</summary>
internal abstract class CellSource
{
    /// <summary>The text, read; null for other data.</summary>
    public virtual Corpus? Text => null;

    /// <summary>Which data it is.</summary>
    public abstract CorpusIdentity Data { get; }

    /// <summary>How much there is to train on, and how much is held out: tokens of text, examples of other data, whose number to train on
    /// is not known.</summary>
    public abstract (long Train, long HeldOut) Size { get; }

    /// <summary>What a reader must know of the data, or of what learns from it, one sentence each.</summary>
    public virtual IReadOnlyList<string> Notes => [];

    /// <summary>Simple methods on the same data; none of text.</summary>
    public virtual IReadOnlyList<Baseline> Baselines => [];

    /// <summary>Everything needed to make a cell's run again.</summary>
    public abstract CellConfig ConfigOf(StudyCell cell);

    /// <summary>What must be the same for a cell to be resumed.</summary>
    public abstract CheckpointState IdentityOf(StudyCell cell);

    /// <summary>Makes a cell's learner with its initial parameters.</summary>
    /// <param name="cell">What is trained.</param>
    /// <param name="device">Where.</param>
    /// <param name="ranks">The processes that train it together; null is one.</param>
    public abstract Learner Create(StudyCell cell, Device device, Ranks? ranks = null);
}
