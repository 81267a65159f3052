namespace Translation;

/// <summary>
/// The order of training pairs over epochs without an end. Pairs of one length stand together, so that batches have little padding: each
/// epoch is shuffled, sorted within pools of 50 blocks, and its blocks are shuffled.
/// </summary>
/// <param name="pairs">The pairs.</param>
/// <param name="block">How many stand together.</param>
/// <param name="seed">Decides all orders.</param>
internal sealed class TrainingOrder(IReadOnlyList<EncodedPair> pairs, int block, long seed)
{
    private const int PoolBlocks = 50;

    private (long Number, int[] Order) _epoch = (-1, []);

    /// <summary>The pair at a position.</summary>
    public EncodedPair At(long position)
    {
        var epoch = position / pairs.Count;
        if (_epoch.Number != epoch)
        {
            _epoch = (epoch, Shuffled(new Random((int)(seed * 1_000_003 + epoch))));
        }

        return pairs[_epoch.Order[position % pairs.Count]];
    }

    private int[] Shuffled(Random random)
    {
        int[] order = [.. Enumerable.Range(0, pairs.Count)];
        random.Shuffle(order);
        int[][] blocks = [.. order.Chunk(PoolBlocks * block)
            .SelectMany(pool => pool.OrderBy(row => pairs[row].Target.Length).ThenBy(row => pairs[row].Source.Length).Chunk(block))];
        random.Shuffle(blocks);
        return [.. blocks.SelectMany(rows => rows)];
    }
}
