namespace LibMoE.Runtime;

/// <summary>How well a list of items that a recommender ranks fits what a user chose: one list of one user; figures of many are
/// means.</summary>
public static class RankedList
{
    /// <summary>Recall at k: the share of the chosen items among the first k, with min(k, chosen) as the most there can be (as Sedhain et
    /// al. and Liang et al. 2018 have it); NaN without a chosen item.</summary>
    /// <param name="ranked">Items, best first, none twice.</param>
    /// <param name="chosen">The items that the user chose.</param>
    /// <param name="k">How many are shown.</param>
    public static double Recall(IReadOnlyList<int> ranked, IReadOnlySet<int> chosen, int k) =>
        chosen.Count == 0 ? double.NaN : (double)ranked.Take(k).Count(chosen.Contains) / Math.Min(k, chosen.Count);

    /// <summary>Normalised discounted cumulative gain at k (Järvelin and Kekäläinen 2002): Σ 1/log₂(1 + place) over the chosen items among
    /// the first k, places from 1, divided by the sum where all chosen ones come first; NaN without a chosen item.</summary>
    /// <inheritdoc cref="Recall" path="/param"/>
    public static double Ndcg(IReadOnlyList<int> ranked, IReadOnlySet<int> chosen, int k) => chosen.Count == 0
        ? double.NaN
        : Places(ranked.Take(k), chosen).Sum(Discount) / Enumerable.Range(1, Math.Min(k, chosen.Count)).Sum(Discount);

    /// <summary>The rank score R of Breese, Heckerman and Kadie (1998), from 0 to 1: Σ 2^−(place − 1)/(α − 1) over the chosen items of the
    /// whole list, divided by the sum where all come first. α is the place that is looked at half of the time; NaN without a chosen
    /// item.</summary>
    /// <param name="ranked">Items, best first, none twice.</param>
    /// <param name="chosen">The items that the user chose.</param>
    /// <param name="halfLife">α, above 1; Breese et al. take 5.</param>
    public static double RankScore(IReadOnlyList<int> ranked, IReadOnlySet<int> chosen, int halfLife = 5)
    {
        return chosen.Count == 0
            ? double.NaN
            : Places(ranked, chosen).Sum(Utility) / Enumerable.Range(1, chosen.Count).Sum(Utility);

        double Utility(int place) => Math.Pow(2, -(place - 1.0) / (halfLife - 1));
    }

    private static double Discount(int place) => 1 / Math.Log2(1 + place);

    private static IEnumerable<int> Places(IEnumerable<int> ranked, IReadOnlySet<int> chosen) =>
        ranked.Index().Where(item => chosen.Contains(item.Item)).Select(item => item.Index + 1);
}
