namespace Translation;

/// <summary>
/// Which word is translated by which, by IBM's model 1 (Brown et al. 1993): every word of a translation comes from one word of the source,
/// or from none, each as likely as the other. From equal t(e|f), expectation maximisation repeats t(e|f) = Σ c(e, f)/Σ_e' c(e', f) over
/// all pairs of sentences, c(e, f) = t(e|f)/Σ_f' t(e|f').
/// </summary>
internal sealed class IbmModel1
{
    private readonly Dictionary<(int Source, int Target), int> _links = [];
    private readonly Dictionary<string, int> _sources = [], _targets = [];
    private readonly double[] _probabilities;

    private IbmModel1(IReadOnlyList<(string[] Source, string[] Target)> pairs, int rounds)
    {
        List<int[][]> linked = [.. pairs.Select(Links)];
        int[] sources = [.. _links.OrderBy(link => link.Value).Select(link => link.Key.Source)];
        _probabilities = [.. Enumerable.Repeat(1.0, sources.Length)];
        for (var round = 0; round < rounds; round++)
        {
            var (counts, totals) = (new double[sources.Length], new double[_sources.Count + 1]);
            foreach (var word in linked.SelectMany(words => words))
            {
                var sum = word.Sum(link => _probabilities[link]);
                foreach (var link in word)
                {
                    counts[link] += _probabilities[link] / sum;
                    totals[sources[link]] += _probabilities[link] / sum;
                }
            }

            for (var link = 0; link < counts.Length; link++)
            {
                _probabilities[link] = counts[link] / totals[sources[link]];
            }
        }

        string[] known = [.. _sources.Keys];
        string[] said = [.. _targets.Keys];
        Best = _links.GroupBy(link => link.Key.Source).Where(links => links.Key > 0).ToDictionary(
            links => known[links.Key - 1], links => said[links.MaxBy(link => _probabilities[link.Value]).Key.Target]);
    }

    /// <summary>The likeliest translation of every word of a source.</summary>
    public IReadOnlyDictionary<string, string> Best { get; }

    public static IbmModel1 Train(IReadOnlyList<(string[] Source, string[] Target)> pairs, int rounds) => new(pairs, rounds);

    /// <summary>t(e|f); 0 of words that no pair has together.</summary>
    /// <param name="target">e.</param>
    /// <param name="source">f; null for none.</param>
    public double Probability(string target, string? source) =>
        _targets.TryGetValue(target, out var e) && (source is null ? 0 : _sources.GetValueOrDefault(source, -2) + 1) is >= 0 and var f
            && _links.TryGetValue((f, e), out var link) ? _probabilities[link] : 0;

    /// <summary>For every word of the translation its links to no word and to those of the source.</summary>
    private int[][] Links((string[] Source, string[] Target) pair)
    {
        int[] sources = [0, .. pair.Source.Select(word => Number(_sources, word) + 1)];
        return [.. pair.Target.Select(word => sources.Select(source => Number(_links, (source, Number(_targets, word)))).ToArray())];
    }

    private static int Number<T>(Dictionary<T, int> known, T one)
        where T : notnull
    {
        if (!known.TryGetValue(one, out var number))
        {
            known[one] = number = known.Count;
        }

        return number;
    }
}
