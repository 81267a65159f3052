namespace LibMoE.Runtime.Kernels.Backbone.Attending;

/// <summary>
/// What backward needs to compute weights again: the largest score m of each query, and 1/Σ exp(s − m). Their logarithmic sum would be one
/// number in the place of two, and lose digits where scores are large.
/// </summary>
/// <param name="sums">Memory of 2·S·A·L numbers; null keeps nothing.</param>
/// <param name="tokens">L.</param>
/// <param name="heads">S·A.</param>
internal readonly unsafe struct SoftmaxSums(float* sums, int tokens, int heads)
{
    /// <summary>Stores those of a tile.</summary>
    public void Keep(int head, in QueryTile tile, float* largest_Q, float* inverse_Q)
    {
        if (sums is null)
        {
            return;
        }

        new Span<float>(largest_Q, tile.Count).CopyTo(new Span<float>(Largest(head, tile), tile.Count));
        new Span<float>(inverse_Q, tile.Count).CopyTo(new Span<float>(Inverse(head, tile), tile.Count));
    }

    /// <summary>Loads those of a tile; queries that are not there have 0, and so no weights.</summary>
    public void Load(int head, in QueryTile tile, float* largest_Q, float* inverse_Q)
    {
        new Span<float>(largest_Q, QueryTile.Queries).Clear();
        new Span<float>(inverse_Q, QueryTile.Queries).Clear();
        new Span<float>(Largest(head, tile), tile.Count).CopyTo(new Span<float>(largest_Q, tile.Count));
        new Span<float>(Inverse(head, tile), tile.Count).CopyTo(new Span<float>(inverse_Q, tile.Count));
    }

    private float* Largest(int head, in QueryTile tile) => sums + (long)head * tokens + tile.First;

    private float* Inverse(int head, in QueryTile tile) => Largest(heads + head, tile);
}
