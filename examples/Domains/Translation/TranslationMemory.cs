namespace Translation;

/// <summary>The translation of the learned sentence of the same language that has the most words in common: the cosine of their words, each
/// weighted by ln(N/sentences with it).</summary>
internal sealed class TranslationMemory
{
    private readonly IReadOnlyList<SentencePair> _pairs;
    private readonly Dictionary<string, List<int>> _places = [];
    private readonly double[] _lengths;

    /// <param name="pairs">Pairs of one language.</param>
    public TranslationMemory(IReadOnlyList<SentencePair> pairs)
    {
        _pairs = pairs;
        List<string[]> words = [.. pairs.Select(pair => Different(pair.Source))];
        foreach (var (place, word) in words.Index().SelectMany(sentence => sentence.Item.Select(word => (sentence.Index, word))))
        {
            _places.TryAdd(word, []);
            _places[word].Add(place);
        }

        _lengths = [.. words.Select(Length)];
    }

    public string Translate(SentencePair pair)
    {
        var shared = new Dictionary<int, double>();
        foreach (var word in Different(pair.Source))
        {
            foreach (var place in _places.GetValueOrDefault(word, []))
            {
                shared[place] = shared.GetValueOrDefault(place) + Weight(word) * Weight(word);
            }
        }

        return shared.Count == 0 ? "" : _pairs[shared.MaxBy(one => (one.Value / _lengths[one.Key], -one.Key)).Key].Target;
    }

    private double Length(IEnumerable<string> words) => Math.Max(1e-9, Math.Sqrt(words.Sum(word => Weight(word) * Weight(word))));

    private double Weight(string word) => Math.Log((double)_pairs.Count / _places[word].Count);

    private static string[] Different(string sentence) => [.. SentenceWords.Lower(sentence).Distinct()];
}
