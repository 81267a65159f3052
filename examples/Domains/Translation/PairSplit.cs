namespace Translation;

/// <summary>What is learned from and what is measured, which share no sentence.</summary>
/// <param name="Train">What is learned from.</param>
/// <param name="Test">What is measured: of each held-out group one pair of a language, the languages taking turns while there are
/// any.</param>
internal sealed record PairSplit(IReadOnlyList<SentencePair> Train, IReadOnlyList<SentencePair> Test)
{
    private const double HeldOut = 0.03;

    /// <summary>Holds out a part of the groups, which is the same each time.</summary>
    public static PairSplit Of(IReadOnlyList<SentencePair> pairs)
    {
        var groups = ConnectedGroups.Of(pairs);
        int[] order = [.. Enumerable.Range(0, groups.DefaultIfEmpty(-1).Max() + 1)];
        new Random(2006).Shuffle(order);
        var places = order.Take((int)Math.Ceiling(HeldOut * order.Length)).Index().ToDictionary(group => group.Item, group => group.Index);
        var grouped = pairs.Zip(groups, (pair, group) => (Pair: pair, Group: group)).ToList();
        var turns = grouped.Where(one => places.ContainsKey(one.Group))
            .GroupBy(one => (one.Group, one.Pair.Language)).Select(same => same.First())
            .GroupBy(one => one.Pair.Language).SelectMany(language => language.OrderBy(one => places[one.Group]).Index());
        return new PairSplit(
            [.. grouped.Where(one => !places.ContainsKey(one.Group)).Select(one => one.Pair)],
            [.. turns.OrderBy(one => one.Index).ThenBy(one => one.Item.Pair.Language).Select(one => one.Item.Pair)]);
    }
}
