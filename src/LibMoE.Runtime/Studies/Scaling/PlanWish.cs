namespace LibMoE.Runtime.Studies.Scaling;

/// <summary>What a plan is asked to keep to.</summary>
/// <param name="Cards">How many cards; null takes all of the cluster.</param>
/// <param name="TokensPerCard">Tokens that a card computes in a step; null divides the step's.</param>
/// <param name="StepTokens">Tokens of a step over all cards.</param>
/// <param name="MicroBatches">Into how many passes a card divides its own.</param>
/// <param name="ExpertRanks">Among how many ranks experts are divided; null tries all numbers.</param>
/// <param name="Split">Whether optimiser state is split; null tries both.</param>
internal sealed record PlanWish(int? Cards, double? TokensPerCard, double StepTokens, int MicroBatches, int? ExpertRanks, bool? Split)
{
    /// <summary>Whether a layout is one of those asked for.</summary>
    public bool Takes(StepLayout layout) =>
        (ExpertRanks is null || layout.ExpertRanks == ExpertRanks) && (Split is null || layout.Split == Split || layout.Cards == 1);

    /// <summary>Tokens that each of so many cards computes.</summary>
    public double TokensOn(int cards) => TokensPerCard ?? StepTokens / cards;

    /// <summary>Refuses what no layout can keep to.</summary>
    /// <exception cref="ConfigurationException">There is none; the message says what is allowed.</exception>
    public void Check(ScaledModel model, Cluster cluster, int cards)
    {
        if (cards > cluster.CardsPerNode && (cluster.Across is null || cards % cluster.CardsPerNode != 0))
        {
            throw new ConfigurationException(
                $"Plan:Cards is {cards}; {cluster.Name} has nodes of {cluster.CardsPerNode} cards"
                + (cluster.Across is null ? " and no link between nodes." : ", which it must be a multiple of."));
        }

        if (ExpertRanks is { } ranks && !StepLayout.All(model, cards, cluster.CardsPerNode).Any(layout => layout.ExpertRanks == ranks))
        {
            var allowed = StepLayout.All(model, cards, cluster.CardsPerNode).Select(layout => layout.ExpertRanks).Distinct();
            throw new ConfigurationException(
                $"Plan:ExpertRanks is {ranks}; {model.Name} with {(model.Mixtures.Count == 0 ? "no" : model.MostExpertRanks)} experts on "
                + $"{cards} cards in nodes of {cluster.CardsPerNode} can have {string.Join(", ", allowed)}.");
        }
    }
}
