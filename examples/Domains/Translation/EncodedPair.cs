namespace Translation;

/// <summary>A pair as ids.</summary>
/// <param name="Pair">The pair.</param>
/// <param name="Source">Mark, pieces, end.</param>
/// <param name="Target">Beginning, pieces, end.</param>
internal sealed record EncodedPair(SentencePair Pair, int[] Source, int[] Target)
{
    /// <summary>The longest that is learned from or measured; few are longer.</summary>
    public const int Longest = 48;

    /// <summary>Those that are not too long.</summary>
    public static IReadOnlyList<EncodedPair> Of(IReadOnlyList<SentencePair> pairs, Pieces pieces) =>
        [.. pairs.Select(pair => new EncodedPair(pair, pieces.OfSource(pair), pieces.OfTarget(pair)))
            .Where(pair => Math.Max(pair.Source.Length, pair.Target.Length) <= Longest)];
}
