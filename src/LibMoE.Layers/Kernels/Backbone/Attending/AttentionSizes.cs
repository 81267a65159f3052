namespace LibMoE.Runtime.Kernels.Backbone.Attending;

/// <summary>The sizes of one causal attention.</summary>
/// <param name="Sequences">S.</param>
/// <param name="Heads">A, heads of queries.</param>
/// <param name="KeyHeads">G, heads of keys and values; A/G heads of queries, one behind the other, share one.</param>
/// <param name="Tokens">L, queries of a head.</param>
/// <param name="Keys">P, of which the last L stand where the queries do.</param>
/// <param name="Channels">C of a query and of a key.</param>
/// <param name="ValueChannels">W of a value.</param>
/// <param name="Window">How many keys a query sees at most.</param>
/// <param name="Scale">α.</param>
internal sealed record AttentionSizes(
    int Sequences, int Heads, int KeyHeads, int Tokens, int Keys, int Channels, int ValueChannels, int Window, float Scale)
{
    /// <summary>Keys are filled up with zeros to whole blocks of this.</summary>
    public const int Block = 8;

    /// <summary>Keys before the first query's own.</summary>
    public int Past => Keys - Tokens;

    /// <summary>Heads of queries that share keys.</summary>
    public int Sharing => Heads / KeyHeads;

    /// <summary>Tiles of queries of a head.</summary>
    public int Tiles => (Tokens + QueryTile.Queries - 1) / QueryTile.Queries;

    public int FilledKeys => Filled(Keys);

    /// <summary>Multiplications and additions of the forward pass, without those of keys that no query sees.</summary>
    public long Operations => (long)Sequences * Heads * Tokens * (Math.Min(Window, Past + Tokens / 2) + 1) * 2 * (Channels + ValueChannels);

    public static int Filled(int keys) => (keys + Block - 1) / Block * Block;
}
