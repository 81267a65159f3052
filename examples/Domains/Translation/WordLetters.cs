namespace Translation;

/// <summary>Which words are written large inside a sentence, such as <c>Tom</c> and <c>I</c>: at its beginning every word is.</summary>
/// <param name="sentences">Sentences to know it from.</param>
internal sealed class WordLetters(IEnumerable<string[]> sentences)
{
    private readonly Dictionary<string, string> _usual = sentences.SelectMany(words => words.Skip(1))
        .CountBy(word => word).GroupBy(word => word.Key.ToLowerInvariant())
        .ToDictionary(same => same.Key, same => same.MaxBy(word => word.Value).Key);

    /// <summary>The sentence with its first word as it is written elsewhere.</summary>
    public string[] Of(string[] words) => words.Length == 0 ? words
        : [_usual.GetValueOrDefault(words[0].ToLowerInvariant(), words[0].ToLowerInvariant()), .. words[1..]];
}
