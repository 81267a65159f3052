using LibMoE.Runtime.Data.Sampling;

namespace LibMoE.Runtime;

/// <summary>
/// Which conversations make up which batch: an epoch visits each once, those with images and those without apart, those of about equal
/// length together (LLaVA's <c>group_by_modality_length</c>). All follows from the lengths, the batch, the seed and the step: a position is
/// a number.
/// </summary>
/// <remarks>Each side is shuffled and cut into pools of <see cref="PoolBatches"/> batches; a pool is sorted by length and cut into batches,
/// and the batches of both sides are shuffled together. The last batch of a side may be smaller.</remarks>
public sealed class ConversationOrder
{
    /// <summary>Batches within which lengths are sorted.</summary>
    public const int PoolBatches = 32;

    private readonly int[] _lengths;
    private readonly bool[] _withImages;
    private readonly int _batch;
    private readonly ulong _key;
    private (long Epoch, int[][] Batches)? _made;

    /// <summary>Takes the conversations' lengths.</summary>
    /// <param name="conversations">The conversations.</param>
    /// <param name="batch">How many make up a batch.</param>
    /// <param name="seed">Decides the order.</param>
    /// <exception cref="ConfigurationException">There are none, or the batch is below 1.</exception>
    public ConversationOrder(IReadOnlyList<ConversationTokens> conversations, int batch, long seed)
    {
        if (conversations.Count == 0 || batch < 1)
        {
            throw new ConfigurationException(
                $"{conversations.Count} conversations cannot be put into batches of {batch}; both must be at least 1.");
        }

        _lengths = [.. conversations.Select(conversation => conversation.Ids.Length)];
        _withImages = [.. conversations.Select(conversation => conversation.Images.Count > 0)];
        (_batch, _key) = (batch, ShuffledOrder.Mix((ulong)seed));
        var images = _withImages.Count(with => with);
        BatchesPerEpoch = Batches(images) + Batches(_lengths.Length - images);
    }

    /// <summary>How many batches visit every conversation once.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>The conversations of a batch, by their number, the longest first.</summary>
    /// <param name="step">The batch, from 0, over all epochs.</param>
    /// <exception cref="ArgumentOutOfRangeException">step is below 0.</exception>
    public IReadOnlyList<int> this[long step]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(step);
            var epoch = step / BatchesPerEpoch;
            if (_made?.Epoch != epoch)
            {
                _made = (epoch, Epoch(epoch));
            }

            return _made.Value.Batches[step % BatchesPerEpoch];
        }
    }

    private int Batches(int conversations) => (conversations + _batch - 1) / _batch;

    private int[][] Epoch(long epoch)
    {
        var key = _key + ShuffledOrder.Mix((ulong)epoch);
        int[][] batches = [.. Side(true, ShuffledOrder.Mix(key + 1)), .. Side(false, ShuffledOrder.Mix(key + 2))];
        var order = new ShuffledOrder(batches.Length, ShuffledOrder.Mix(key + 3));
        return [.. Enumerable.Range(0, batches.Length).Select(place => batches[order[place]])];
    }

    private IEnumerable<int[]> Side(bool withImages, ulong key)
    {
        var members = Enumerable.Range(0, _lengths.Length).Where(conversation => _withImages[conversation] == withImages).ToArray();
        var order = new ShuffledOrder(Math.Max(members.Length, 1), key);
        return Enumerable.Range(0, members.Length).Select(place => members[order[place]])
            .Chunk(PoolBatches * _batch)
            .SelectMany(pool => pool.OrderByDescending(member => _lengths[member]).ThenBy(member => member).Chunk(_batch));
    }
}
