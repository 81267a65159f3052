namespace LibMoE.Runtime.Studies.Search;

/// <summary>Members drawn without a look at what the others came to (Bergstra and Bengio 2012): the rival of every other search.</summary>
internal sealed class RandomSearch : SearchStrategy
{
    public override string Name => "random";

    private protected override IEnumerable<int> Proposals(SearchSpace space, Random random, Func<int, SearchScore> score)
    {
        while (true)
        {
            yield return space.Draw(random);
        }
    }
}
