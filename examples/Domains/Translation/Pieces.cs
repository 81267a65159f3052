using LibMoE.Runtime;

namespace Translation;

/// <summary>Sentences as the ids of pieces, which all languages share, and of marks behind them.</summary>
/// <param name="tokenizer">What cuts sentences into pieces.</param>
internal sealed class Pieces(ITokenizer tokenizer)
{
    /// <summary>Ends a translation.</summary>
    public int End => tokenizer.Vocabulary;

    /// <summary>Begins a translation.</summary>
    public int Begin => End + 1;

    /// <summary>Fills up a row.</summary>
    public int Padding => End + 2;

    /// <summary>How many ids there are.</summary>
    public int Count => Mark(SentencePair.Languages.Count);

    /// <summary>How many of them a translation is made of: pieces and its end.</summary>
    public int Sayable => End + 1;

    public static Pieces Train(IReadOnlyList<SentencePair> pairs, int pieces) =>
        new(ByteLevelBpe.Train(pairs.SelectMany(pair => new[] { pair.Source, pair.Target }), pieces));

    /// <summary>The mark of the language, the sentence, and its end.</summary>
    public int[] OfSource(SentencePair pair) => [Mark(pair.Language), .. tokenizer.Encode(pair.Source), End];

    /// <summary>The beginning, the translation, and its end.</summary>
    public int[] OfTarget(SentencePair pair) => [Begin, .. tokenizer.Encode(pair.Target), End];

    /// <summary>The text of a translation's ids, up to its end.</summary>
    public string Text(IEnumerable<int> ids) => tokenizer.Decode([.. ids.TakeWhile(id => id != End)]);

    private int Mark(int language) => Padding + 1 + language;
}
