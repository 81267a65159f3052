namespace LibMoE.Runtime.Studies.Search;

/// <summary>All values of one axis after the other, of which the best is kept; where a round over all axes changed nothing it begins
/// elsewhere.</summary>
internal sealed class CoordinateDescent : SearchStrategy
{
    public override string Name => "coordinate";

    private protected override IEnumerable<int> Proposals(SearchSpace space, Random random, Func<int, SearchScore> score)
    {
        while (true)
        {
            var best = space.Draw(random);
            yield return best;
            for (var improved = true; improved;)
            {
                improved = false;
                var axes = Enumerable.Range(0, space.Axes.Count).ToArray();
                random.Shuffle(axes);
                foreach (var axis in axes)
                {
                    foreach (var candidate in space.Values(axis).Select(value => space.With(best, axis, value)).Distinct().ToList())
                    {
                        yield return candidate;
                        (best, improved) = score(candidate).Loss < score(best).Loss ? (candidate, true) : (best, improved);
                    }
                }
            }
        }
    }
}
