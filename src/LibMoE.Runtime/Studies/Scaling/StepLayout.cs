namespace LibMoE.Runtime.Studies.Scaling;

/// <summary>How a training is laid out on cards: n cards, the experts divided among <paramref name="ExpertRanks"/> of them, so that n over
/// these is the number of replicas of each expert; everything else is replicated n times.</summary>
/// <param name="Cards">n.</param>
/// <param name="ExpertRanks">EP; 1 leaves every expert on every card.</param>
/// <param name="Split">Whether the optimiser's state is split over the replicas (ZeRO-1, Rajbhandari et al. 2020,
/// arXiv:1910.02054).</param>
internal sealed record StepLayout(int Cards, int ExpertRanks, bool Split)
{
    /// <summary>How many replicas each expert has.</summary>
    public int Replicas => Cards / ExpertRanks;

    /// <summary>In words: <c>data parallel over 8 × experts over 8, state split</c>.</summary>
    public override string ToString() =>
        $"{Cards} ranks of data" + (ExpertRanks > 1 ? $", experts over {ExpertRanks} of them" : ", all experts on each")
        + (Split ? ", optimiser state split" : ", optimiser state whole");

    /// <summary>Every layout of a model on so many cards: experts are divided inside nodes, or over whole ones.</summary>
    public static IEnumerable<StepLayout> All(ScaledModel model, int cards, int cardsPerNode) =>
        from ranks in Enumerable.Range(1, Math.Min(cards, model.MostExpertRanks))
        where cards % ranks == 0 && (cardsPerNode % ranks == 0 || ranks % cardsPerNode == 0)
        from split in cards == 1 ? [false] : new[] { false, true }
        select new StepLayout(cards, ranks, split);
}
