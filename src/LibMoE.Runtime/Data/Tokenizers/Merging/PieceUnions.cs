namespace LibMoE.Runtime.Data.Tokenizers.Merging;

/// <summary>The pairs of vocabularies that have pieces but no list of merges: any two pieces whose texts together are a piece.</summary>
internal static class PieceUnions
{
    /// <summary>Every way to cut a piece into two.</summary>
    /// <param name="pieces">The pieces that merging may make.</param>
    /// <param name="parts">Everything that may stand in a text: the pieces, and characters that are none.</param>
    /// <param name="rank">How early a piece is made, from 0.</param>
    public static Dictionary<(int Left, int Right), PieceUnion> Of(
        IEnumerable<KeyValuePair<string, int>> pieces, Dictionary<string, int> parts, Func<int, int> rank)
    {
        var unions = new Dictionary<(int Left, int Right), PieceUnion>();
        var bySpan = parts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (piece, id) in pieces)
        {
            for (var cut = 1; cut < piece.Length; cut++)
            {
                if (bySpan.TryGetValue(piece.AsSpan(0, cut), out var left) && bySpan.TryGetValue(piece.AsSpan(cut), out var right))
                {
                    unions[(left, right)] = new PieceUnion(id, rank(id));
                }
            }
        }

        return unions;
    }

    /// <summary>The ranks of scores: 0 for the highest, equal ones for equal scores.</summary>
    public static int[] RanksOf(float[] scores)
    {
        var ranks = scores.Distinct().OrderDescending().Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        return Array.ConvertAll(scores, score => ranks[score]);
    }
}
