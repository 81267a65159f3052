namespace Search;

/// <summary>What can be declared: each place of a genome has some values, and every genome was measured.</summary>
/// <param name="Genes">Each place's values.</param>
/// <param name="Loss">What training a genome came to.</param>
internal sealed record Space(IReadOnlyList<IReadOnlyList<string>> Genes, Func<string[], double> Loss)
{
    public string[] Draw(Random random) => [.. Genes.Select(values => values[random.Next(values.Count)])];

    /// <summary>The same with another value of one gene.</summary>
    public static string[] With(string[] genome, int place, string value) => [.. genome.Select((gene, at) => at == place ? value : gene)];

    public string[] Mutate(string[] genome, Random random)
    {
        var free = Enumerable.Range(0, Genes.Count).Where(place => Genes[place].Count > 1).ToArray();
        var place = free[random.Next(free.Length)];
        var others = Genes[place].Where(value => value != genome[place]).ToArray();
        return With(genome, place, others[random.Next(others.Length)]);
    }
}

/// <summary>Searches: each is an endless line of genomes that it wants trained, one after the other; it may ask for one again, which costs
/// nothing.</summary>
internal static class Searches
{
    private const int Population = 10;
    private const int Tournament = 4;

    public static IReadOnlyList<(string Name, Func<Space, Random, IEnumerable<string[]>> Run)> All { get; } =
        [("random", Randomly), ("regularised evolution", Evolution), ("coordinate descent", Coordinates)];

    private static IEnumerable<string[]> Randomly(Space space, Random random)
    {
        while (true)
        {
            yield return space.Draw(random);
        }
    }

    /// <summary>The best of a few is mutated, and the oldest dies (Real et al. 2019).</summary>
    private static IEnumerable<string[]> Evolution(Space space, Random random)
    {
        var living = new Queue<string[]>();
        while (true)
        {
            var child = living.Count < Population
                ? space.Draw(random)
                : space.Mutate(
                    Enumerable.Range(0, Tournament).Select(_ => living.ElementAt(random.Next(living.Count))).MinBy(space.Loss)!, random);
            yield return child;
            living.Enqueue(child);
            if (living.Count > Population)
            {
                living.Dequeue();
            }
        }
    }

    /// <summary>All values of one gene after the other, each time the best is kept; where none is better any more it begins
    /// elsewhere.</summary>
    private static IEnumerable<string[]> Coordinates(Space space, Random random)
    {
        while (true)
        {
            var best = space.Draw(random);
            yield return best;
            for (var improved = true; improved;)
            {
                improved = false;
                foreach (var place in Enumerable.Range(0, space.Genes.Count).OrderBy(_ => random.Next()).ToList())
                {
                    foreach (var candidate in space.Genes[place].Select(value => Space.With(best, place, value)).ToList())
                    {
                        yield return candidate;
                        (best, improved) = space.Loss(candidate) < space.Loss(best) ? (candidate, true) : (best, improved);
                    }
                }
            }
        }
    }
}
