namespace LibMoE.Runtime;

/// <summary>What one step of a <see cref="ContinuousBatch"/> gave a text.</summary>
/// <param name="Text">Which text.</param>
/// <param name="Id">The id that was drawn; null where the text ended instead.</param>
public sealed record DrawnToken(BatchedText Text, int? Id)
{
    /// <summary>Why there is nothing more; null where the text goes on.</summary>
    public TextEnd? End { get; init; }

    /// <summary>Why the text failed, where <see cref="End"/> is <see cref="TextEnd.Failed"/>.</summary>
    public Exception? Failure { get; init; }

    /// <summary>ln p of the drawn token under softmax(logits), whatever the temperature; null where it was not asked for.</summary>
    public double? LogProbability { get; init; }

    /// <summary>The most probable tokens with their ln p, best first; empty where they were not asked for.</summary>
    public IReadOnlyList<(int Id, double LogProbability)> Best { get; init; } = [];

    /// <summary>
    /// The experts that worked out this token: the picks, by rank, of the position that it was drawn after, one list for each MoE layer in
    /// their order; empty where they were not asked for, or the model is dense.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<long>> Experts { get; init; } = [];
}

/// <summary>Why a text ended.</summary>
public enum TextEnd
{
    /// <summary>The model drew an end id.</summary>
    EndId,

    /// <summary>As many tokens as were asked for, or as the context holds.</summary>
    Length,

    /// <summary>It was cancelled.</summary>
    Cancelled,

    /// <summary>The model gave no next token; see <see cref="DrawnToken.Failure"/>.</summary>
    Failed,
}
