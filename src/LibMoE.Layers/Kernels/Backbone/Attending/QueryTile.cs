namespace LibMoE.Runtime.Kernels.Backbone.Attending;

/// <summary>Some queries of a head, one behind the other, and the keys that at least one of them sees, in whole blocks. The query q of the
/// tile sees the key j where 0 ≤ q − (j − <see cref="Diagonal"/>) &lt; the window.</summary>
internal readonly struct QueryTile
{
    /// <summary>The queries of a tile, a multiple of twice every vector width. Where a head has fewer, the others are 0.</summary>
    public const int Queries = 32;

    public QueryTile(AttentionSizes sizes, int tile)
    {
        First = tile * Queries;
        Count = Math.Min(Queries, sizes.Tokens - First);
        Diagonal = First + sizes.Past;
        FirstKey = Math.Max(0, Diagonal - sizes.Window + 1) / AttentionSizes.Block * AttentionSizes.Block;
        Keys = AttentionSizes.Filled(Diagonal + Count) - FirstKey;
        Window = sizes.Window;
    }

    /// <summary>The first query.</summary>
    public int First { get; }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>The key that stands where the first query does.</summary>
    public int Diagonal { get; }

    /// <summary>The first key of the first block that is seen.</summary>
    public int FirstKey { get; }

    /// <summary>The keys of all blocks that are seen.</summary>
    public int Keys { get; }

    public int Window { get; }

    /// <summary>How many of the tile's keys stand up to a query: later ones have no weight there.</summary>
    public int KeysUpTo(int query) => Math.Min(Keys, Diagonal + query + 1 - FirstKey);

    /// <summary>The first query that sees a key of the tile.</summary>
    public int FirstQuery(int key) => Math.Max(0, FirstKey + key - Diagonal);
}
