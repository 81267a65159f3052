namespace Translation;

/// <summary>What needs no net.</summary>
internal static class SimpleMethods
{
    public const string WordByWord = "word by word";

    private const int Rounds = 5;

    public static IReadOnlyList<(string Name, Func<SentencePair, string> Translate)> Of(IReadOnlyList<SentencePair> train)
    {
        List<List<SentencePair>> languages =
            [.. SentencePair.Languages.Select((_, language) => train.Where(pair => pair.Language == language).ToList())];
        List<TranslationMemory> memories = languages.ConvertAll(pairs => new TranslationMemory(pairs));
        List<IReadOnlyDictionary<string, string>> words = [.. languages.AsParallel().AsOrdered().Select(Words)];
        return
        [
            ("copy", pair => pair.Source),
            ("translation memory", pair => memories[pair.Language].Translate(pair)),
            (WordByWord, pair => SentenceWords.Join(
                SentenceWords.Lower(pair.Source).Select(word => words[pair.Language].GetValueOrDefault(word, word)))),
        ];
    }

    /// <summary>A word that was never seen stays as it is.</summary>
    private static IReadOnlyDictionary<string, string> Words(List<SentencePair> pairs)
    {
        List<string[]> targets = pairs.ConvertAll(pair => SentenceWords.Of(pair.Target));
        var letters = new WordLetters(targets);
        return IbmModel1.Train(
            [.. pairs.Zip(targets, (pair, words) => (SentenceWords.Lower(pair.Source), letters.Of(words)))], Rounds).Best;
    }
}
