namespace LibMoE.Runtime.Tests.Analysis.Metrics;

/// <summary>Routing drawn at random, as lists that plain implementations can work on: token by token, slot by slot.</summary>
internal sealed record RandomRouting(int Experts, int Slots, List<List<int>> Picks, List<List<double>> Weights)
{
    public PickTable Table => new(Experts, Slots, [.. Picks.SelectMany(slots => slots)], [.. Weights.SelectMany(slots => slots)]);

    /// <summary>The experts of each token, without empty slots.</summary>
    public List<List<int>> Sets => [.. Picks.Select(slots => slots.Where(expert => expert >= 0).ToList())];

    public List<long> Counts =>
        [.. Enumerable.Range(0, Experts).Select(expert => (long)Sets.Sum(set => set.Count(pick => pick == expert)))];

    /// <summary>Different experts for each token, some preferred, some slots empty at the end.</summary>
    public static RandomRouting Make(int seed, int tokens = 150, int experts = 7, int slots = 3, double empty = 0.2)
    {
        var random = new Random(seed);
        var (picks, weights) = (new List<List<int>>(), new List<List<double>>());
        for (var token = 0; token < tokens; token++)
        {
            var order = Enumerable.Range(0, experts).OrderBy(expert => random.NextDouble() * (1 + expert)).Take(slots).ToList();
            var filled = Enumerable.Range(0, slots).Count(slot => slot == 0 || random.NextDouble() >= empty);
            picks.Add([.. order.Select((expert, slot) => slot < filled ? expert : -1)]);
            weights.Add([.. picks[^1].Select(expert => expert < 0 ? 0 : random.NextDouble() + 0.01)]);
        }

        return new RandomRouting(experts, slots, picks, weights);
    }
}
