using System.Globalization;
using static TorchSharp.torch;

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

    /// <summary>The sizes of some tensors.</summary>
    /// <param name="query_SALC">Queries.</param>
    /// <param name="key_SGPC">Keys.</param>
    /// <param name="value_SGPW">Values.</param>
    /// <param name="scale">α.</param>
    /// <param name="window">How many keys a query sees at most; null sees all up to its own.</param>
    /// <exception cref="ArgumentException">They do not fit each other: kernels would read or write what is not theirs.</exception>
    public static AttentionSizes Of(Tensor query_SALC, Tensor key_SGPC, Tensor value_SGPW, double scale, int? window)
    {
        var (q, k, v) = (query_SALC.shape, key_SGPC.shape, value_SGPW.shape);
        if (q is not [var sequences, var heads, var tokens, var channels] || k is not [_, var keyHeads, var keys, _]
            || v is not [_, _, _, var valueChannels] || !v.AsSpan(0, 3).SequenceEqual(k.AsSpan(0, 3))
            || k[0] != sequences || k[3] != channels || heads % keyHeads != 0 || tokens > keys || window < 1)
        {
            throw new ArgumentException(
                $"Queries [{string.Join(", ", q)}], keys [{string.Join(", ", k)}], values [{string.Join(", ", v)}] and a window of "
                + $"{window?.ToString(CultureInfo.InvariantCulture) ?? "all"} do not fit each other.",
                nameof(key_SGPC));
        }

        return new AttentionSizes(
            (int)sequences, (int)heads, (int)keyHeads, (int)tokens, (int)keys, (int)channels, (int)valueChannels,
            (int)Math.Min(window ?? keys, keys), (float)scale);
    }

    public static int Filled(int keys) => (keys + Block - 1) / Block * Block;
}
