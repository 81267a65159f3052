namespace LibMoE.Runtime.Data.Sampling;

/// <summary>
/// Which domain each sequence of a run comes from. In every cycle of <see cref="Cycle"/> sequences a domain has its share, rounded by the
/// largest remainders, in an order of the cycle's own. A position says all there is to restore.
/// </summary>
internal sealed class DomainOrder
{
    /// <summary>Sequences after which every domain has had its share.</summary>
    public const int Cycle = 1 << 16;

    private readonly ulong _key;
    private readonly int[] _counts_D;
    private readonly int[] _domains = new int[Cycle];
    private readonly int[] _before = new int[Cycle];
    private long _cycle = -1;

    /// <summary>The order for some shares.</summary>
    /// <param name="shares">Above 0; only their proportions count.</param>
    /// <param name="key">Decides the order.</param>
    public DomainOrder(IReadOnlyList<double> shares, ulong key) => (_counts_D, _key) = (Apportion(shares), key);

    /// <summary>The domain of a sequence, and how many sequences came from it before.</summary>
    /// <param name="position">The sequence's place in the run, from 0.</param>
    public (int Domain, long Before) this[long position]
    {
        get
        {
            if (_counts_D.Length == 1)
            {
                return (0, position);
            }

            var (cycle, place) = (position / Cycle, (int)(position % Cycle));
            if (cycle != _cycle)
            {
                Fill(cycle);
            }

            return (_domains[place], (cycle * _counts_D[_domains[place]]) + _before[place]);
        }
    }

    /// <summary>How many sequences of a cycle each domain gets: at least one; the largest remainders round up
    /// (Hamilton's method).</summary>
    internal static int[] Apportion(IReadOnlyList<double> shares)
    {
        var exact = shares.Select(share => share / shares.Sum() * Cycle).ToList();
        var counts_D = exact.Select(count => Math.Max(1, (int)count)).ToArray();
        var byRemainder = Enumerable.Range(0, counts_D.Length).OrderByDescending(domain => exact[domain] - counts_D[domain]).ToList();
        for (var i = 0; counts_D.Sum() < Cycle; i++)
        {
            counts_D[byRemainder[i % byRemainder.Count]]++;
        }

        while (counts_D.Sum() > Cycle)
        {
            counts_D[Array.IndexOf(counts_D, counts_D.Max())]--;
        }

        return counts_D;
    }

    private void Fill(long cycle)
    {
        var order = new ShuffledOrder(Cycle, ShuffledOrder.Mix(_key + (ulong)cycle));
        var drawn_D = new int[_counts_D.Length];
        for (var place = 0; place < Cycle; place++)
        {
            var (item, domain) = (order[place], 0);
            while (item >= _counts_D[domain])
            {
                item -= _counts_D[domain++];
            }

            (_domains[place], _before[place]) = (domain, drawn_D[domain]++);
        }

        _cycle = cycle;
    }
}
