using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime.Studies.Search;

/// <summary>
/// NSGA-II (Deb et al. 2002) on loss and FLOPs: of parents and children together those of the first fronts survive, and of the front that
/// does not fit whole, the lonelier ones. A parent is the better of two that are drawn; a child has each value of either parent, and each
/// with probability 1/axes another. One that was tried already is changed again, since trying it would say nothing.
/// </summary>
internal sealed class Nsga2 : SearchStrategy
{
    private const int Population = 10;
    private const int Changes = 10;

    public override string Name => "nsga2";

    public override IReadOnlyList<int> Order(IReadOnlyList<SearchScore> scores) =>
        ParetoFronts.Order([.. scores.Select(score => (score.Loss, score.Flops))]);

    private protected override IEnumerable<int> Proposals(SearchSpace space, Random random, Func<int, SearchScore> score)
    {
        var tried = new HashSet<int>();
        var parents = new List<int>();
        while (parents.Count < Math.Min(Population, space.Count))
        {
            var drawn = space.Draw(random);
            if (tried.Add(drawn))
            {
                yield return drawn;
                parents.Add(drawn);
            }
        }

        while (true)
        {
            List<int> ranked = [.. Order([.. parents.Select(score)]).Select(place => parents[place])];
            var children = new List<int>();
            for (var number = 0; number < Population; number++)
            {
                var child = Child(space, ranked, tried, random);
                tried.Add(child);
                yield return child;
                children.Add(child);
            }

            List<int> all = [.. parents.Concat(children).Distinct()];
            parents = [.. Order([.. all.Select(score)]).Take(Population).Select(place => all[place])];
        }
    }

    private static int Child(SearchSpace space, List<int> ranked, HashSet<int> tried, Random random)
    {
        var child = space.Cross(Parent(), Parent(), random);
        for (var axis = 0; axis < space.Axes.Count; axis++)
        {
            child = random.Next(space.Axes.Count) == 0 ? space.Mutate(child, axis, random) : child;
        }

        for (var change = 0; change < Changes && tried.Contains(child); change++)
        {
            child = space.Mutate(child, random);
        }

        return child;

        int Parent() => ranked[Math.Min(random.Next(ranked.Count), random.Next(ranked.Count))];
    }
}
