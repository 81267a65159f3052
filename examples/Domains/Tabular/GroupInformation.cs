namespace Tabular;

/// <summary>How much experts tell of people's group.</summary>
internal static class GroupInformation
{
    /// <summary>I(E; G | Y) = Σ p(e, g, y)·ln(p(e, g | y)/(p(e | y)·p(g | y))) in nats, with shares as probabilities.</summary>
    /// <param name="experts">The expert of each person.</param>
    /// <param name="groups">The group of each.</param>
    /// <param name="labels">What is true of each.</param>
    public static double Of(IReadOnlyList<int> experts, IReadOnlyList<int> groups, IReadOnlyList<int> labels)
    {
        var people = experts.Zip(groups, labels).ToList();
        return people.GroupBy(person => person.Third).Sum(alike =>
        {
            var (byExpert, byGroup) = (
                alike.CountBy(person => person.First).ToDictionary(), alike.CountBy(person => person.Second).ToDictionary());
            return alike.CountBy(person => (person.First, person.Second)).Sum(both => both.Value * Math.Log(
                (double)both.Value * alike.Count() / ((double)byExpert[both.Key.First] * byGroup[both.Key.Second])));
        }) / people.Count;
    }

    /// <summary>The same of people whose groups change places among those of whom the same is true, so often.</summary>
    public static IReadOnlyList<double> Permuted(
        IReadOnlyList<int> experts, IReadOnlyList<int> groups, IReadOnlyList<int> labels, int times)
    {
        var random = new Random(0);
        return [.. Enumerable.Range(0, times).Select(_ =>
        {
            int[] moved = [.. groups];
            foreach (var alike in Enumerable.Range(0, groups.Count).GroupBy(person => labels[person]))
            {
                int[] places = [.. alike];
                int[] shuffled = [.. places];
                random.Shuffle(shuffled);
                foreach (var (place, from) in places.Zip(shuffled))
                {
                    moved[place] = groups[from];
                }
            }

            return Of(experts, moved, labels);
        })];
    }

    /// <summary>The expert that tells most: the largest p(e)·Σ_g p(g | e)·ln(p(g | e)/p(g)), its part of I(E; G).</summary>
    public static int MostTelling(IReadOnlyList<int> experts, IReadOnlyList<int> groups)
    {
        var share = groups.CountBy(group => group).ToDictionary(group => group.Key, group => (double)group.Value / groups.Count);
        return experts.Zip(groups).GroupBy(person => person.First, person => person.Second)
            .MaxBy(own => own.CountBy(group => group)
                .Sum(group => group.Value * Math.Log(group.Value / (own.Count() * share[group.Key]))))!.Key;
    }
}
