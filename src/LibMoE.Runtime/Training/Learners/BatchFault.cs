namespace LibMoE.Runtime.Training.Learners;

/// <summary>Where the numbers of a batch are not finite on their way through a model.</summary>
/// <param name="Block">The first block whose output is not finite; null where all are, or it is not known.</param>
/// <param name="Tokens">How many tokens leave it with a number that is not finite.</param>
/// <param name="Experts">The experts of that block of whose picks the largest share is by those tokens.</param>
/// <param name="Router">Whether that block's router made logits that are not finite.</param>
/// <param name="Term">The first balancing term that is not finite; null where all are.</param>
/// <param name="Batch">The token ids of a text's sequences; empty for other data.</param>
internal sealed record BatchFault(
    int? Block, long Tokens, IReadOnlyList<int> Experts, bool Router, NonFiniteTerm? Term, IReadOnlyList<IReadOnlyList<long>> Batch)
{
    /// <summary>Of routings alone: the first router whose logits, or terms, are not finite.</summary>
    /// <param name="routings">What each MoE layer did.</param>
    /// <param name="blocks">The number of each layer's block.</param>
    public static BatchFault Of(IReadOnlyList<Routing> routings, IReadOnlyList<int> blocks)
    {
        foreach (var (layer, routing) in routings.Index())
        {
            if (TextFault.BadTerm(routing, blocks[layer]) is { } term)
            {
                return new BatchFault(null, 0, [], Router: false, term, []);
            }

            if (TextFault.HasBadLogits(routing))
            {
                return new BatchFault(blocks[layer], 0, [], Router: true, null, []);
            }
        }

        return new BatchFault(null, 0, [], Router: false, null, []);
    }
}
