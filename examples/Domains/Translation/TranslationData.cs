using System.Text;
using LibMoE.Runtime;

namespace Translation;

/// <summary>Pairs as a learner needs them.</summary>
/// <param name="Train">What is learned from.</param>
/// <param name="Test">What is measured.</param>
/// <param name="Pieces">What sentences were cut into.</param>
internal sealed record TranslationData(IReadOnlyList<EncodedPair> Train, IReadOnlyList<EncodedPair> Test, Pieces Pieces)
{
    private const int PieceCount = 4000;

    /// <summary>Which sentences there are, in their order.</summary>
    public CorpusIdentity Identity { get; } = CorpusIdentity.Of(
        "Tatoeba pairs", Encoding.UTF8.GetBytes($"{Text(Train)}\n{Text(Test)}"));

    /// <summary>For each measured pair the number of the next one of its language, the last one's the first: another sentence's
    /// source.</summary>
    public IReadOnlyList<int> Others { get; } = OthersOf(Test);

    /// <summary>Reads everything once.</summary>
    /// <exception cref="ConfigurationException">An archive is nowhere.</exception>
    public static TranslationData Load()
    {
        var split = PairSplit.Of(Tatoeba.Load());
        var pieces = Pieces.Train(split.Train, PieceCount);
        return new TranslationData(EncodedPair.Of(split.Train, pieces), EncodedPair.Of(split.Test, pieces), pieces);
    }

    private static string Text(IReadOnlyList<EncodedPair> pairs) =>
        string.Concat(pairs.Select(one => $"{one.Pair.Language}\t{one.Pair.Source}\t{one.Pair.Target}\n"));

    private static int[] OthersOf(IReadOnlyList<EncodedPair> test)
    {
        var others = new int[test.Count];
        foreach (var language in test.Index().GroupBy(one => one.Item.Pair.Language))
        {
            List<int> places = [.. language.Select(one => one.Index)];
            foreach (var (turn, place) in places.Index())
            {
                others[place] = places[(turn + 1) % places.Count];
            }
        }

        return others;
    }
}
