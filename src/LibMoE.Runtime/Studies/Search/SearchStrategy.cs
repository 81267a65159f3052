using LibMoE.Runtime.Studies.Search;

namespace LibMoE.Runtime;

/// <summary>Which member of a space is tried next, after what the earlier ones came to. The same seed and scores give the same trials, so a
/// search that was stopped goes on by asking again and answering from what was trained.</summary>
public abstract class SearchStrategy
{
    /// <summary>Proposals in vain, for each member of the space, after which a search has nothing more to say.</summary>
    private const int Patience = 20;

    /// <summary>Every strategy.</summary>
    public static IReadOnlyList<SearchStrategy> All { get; } =
        [new RandomSearch(), new RegularisedEvolution(), new CoordinateDescent(), new Nsga2()];

    /// <summary>What <c>--strategy</c> takes.</summary>
    public abstract string Name { get; }

    /// <summary>The strategy of a name; null where there is none.</summary>
    public static SearchStrategy? Find(string name) =>
        All.FirstOrDefault(strategy => strategy.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The members that are tried, none twice: at most <paramref name="budget"/>, and no more than there are.</summary>
    /// <param name="space">What there is to choose from.</param>
    /// <param name="budget">How many trials.</param>
    /// <param name="random">Where all that is random comes from.</param>
    /// <param name="score">What a member came to; it is asked of those alone that were given out before.</param>
    public IEnumerable<int> Trials(SearchSpace space, int budget, Random random, Func<int, SearchScore> score)
    {
        var (tried, inVain) = (new HashSet<int>(), 0);
        foreach (var member in Proposals(space, random, score))
        {
            inVain = tried.Add(member) ? 0 : inVain + 1;
            if (inVain == 0)
            {
                yield return member;
            }

            if (tried.Count >= Math.Min(budget, space.Count) || inVain > Patience * space.Count)
            {
                yield break;
            }
        }
    }

    /// <summary>The places of some scores, the best first: which trials go on where more steps are spent on fewer.</summary>
    public virtual IReadOnlyList<int> Order(IReadOnlyList<SearchScore> scores) =>
        [.. Enumerable.Range(0, scores.Count).OrderBy(place => scores[place].Loss)];

    /// <summary>An endless line of members; one that was proposed before costs nothing.</summary>
    /// <inheritdoc cref="Trials"/>
    private protected abstract IEnumerable<int> Proposals(SearchSpace space, Random random, Func<int, SearchScore> score);
}
