namespace Translation;

/// <summary>Pairs that share a sentence, or are connected by pairs that do: one sentence has many translations, and a pair that was learned
/// would give away another one's.</summary>
internal static class ConnectedGroups
{
    /// <summary>The number of each pair's group, from 0 in the order of the first pairs.</summary>
    /// <param name="pairs">The pairs, of all languages together.</param>
    public static IReadOnlyList<int> Of(IReadOnlyList<SentencePair> pairs)
    {
        var parents = new List<int>();
        var sentences = new Dictionary<(int Language, string Words), int>();
        foreach (var pair in pairs)
        {
            var (source, target) = (Root(Number(pair.Language, pair.Source)), Root(Number(-1, pair.Target)));
            parents[Math.Max(source, target)] = Math.Min(source, target);
        }

        var groups = new Dictionary<int, int>();
        return [.. pairs.Select(pair =>
        {
            var root = Root(Number(pair.Language, pair.Source));
            groups.TryAdd(root, groups.Count);
            return groups[root];
        })];

        int Number(int language, string sentence)
        {
            if (!sentences.TryGetValue((language, Same(sentence)), out var number))
            {
                sentences[(language, Same(sentence))] = number = parents.Count;
                parents.Add(number);
            }

            return number;
        }

        int Root(int number)
        {
            while (parents[number] != number)
            {
                number = parents[number] = parents[parents[number]];
            }

            return number;
        }
    }

    /// <summary>Sentences that differ in case, marks and blanks alone are the same.</summary>
    private static string Same(string sentence) => string.Concat(sentence.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
