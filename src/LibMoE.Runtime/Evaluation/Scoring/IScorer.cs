using LibMoE.Runtime.Checkpoints.Store;

namespace LibMoE.Runtime;

/// <summary>What evaluation asks of a model, or of anything else that can say how likely a text is.</summary>
public interface IScorer
{
    /// <summary>The name in tables and files.</summary>
    string Name { get; }

    /// <summary>SHA-256 of the checkpoint, as <c>sha256sum</c> prints it where it is one file.</summary>
    string Sha256 { get; }

    /// <summary>SHA-256 of everything that decides the scores besides tokenizer, precision, device and code: the weights, and what is
    /// computed with them. Results are cached under it.</summary>
    string Identity => Sha256;

    /// <summary>Which build of which code computes: results are cached under it, too.</summary>
    string Code => CodeVersion.Own;

    /// <summary>Where it is computed, such as <c>cpu</c>.</summary>
    string Device => "cpu";

    /// <summary>The number type of the computation, such as <c>Float32</c>.</summary>
    string Precision { get; }

    /// <summary>How texts become tokens.</summary>
    ITokenizer Tokenizer { get; }

    /// <summary>How many tokens the model takes.</summary>
    int Context { get; }

    /// <summary>Whether, and why, sequences must not be scored together.</summary>
    BatchRule Batching { get; }

    /// <summary>How the model answers questions on images; null for one that reads text alone.</summary>
    IImageAnswerer? Eyes => null;

    /// <summary>The scores of a batch's requests, in their order.</summary>
    IReadOnlyList<SequenceScore> Score(ScoringBatch batch);

    /// <summary>The most likely next token.</summary>
    /// <param name="ids">At least one token and at most <see cref="Context"/>.</param>
    int Next(IReadOnlyList<int> ids);
}
