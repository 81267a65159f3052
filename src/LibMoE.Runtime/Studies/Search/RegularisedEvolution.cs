namespace LibMoE.Runtime.Studies.Search;

/// <summary>
/// Ageing evolution (Real et al. 2019, "Regularized evolution for image classifier architecture search"): a population of P is drawn; then
/// the best of S drawn from it has a child that differs in one value, and the oldest member dies, however good it is.
/// </summary>
internal sealed class RegularisedEvolution : SearchStrategy
{
    private const int Population = 10;
    private const int Sample = 4;

    public override string Name => "evolution";

    private protected override IEnumerable<int> Proposals(SearchSpace space, Random random, Func<int, SearchScore> score)
    {
        var living = new Queue<int>();
        while (true)
        {
            var child = living.Count < Population ? space.Draw(random) : space.Mutate(Parent(), random);
            yield return child;
            living.Enqueue(child);
            if (living.Count > Population)
            {
                living.Dequeue();
            }
        }

        int Parent() => Enumerable.Range(0, Sample).Select(_ => living.ElementAt(random.Next(living.Count)))
            .MinBy(member => score(member).Loss);
    }
}
