namespace LibMoE.Runtime.Data.Sampling;

/// <summary>
/// A pseudo-random order of 0 … count − 1 that is computed item by item: nothing is stored, so that a position in it is all there is to
/// restore. A four-round Feistel network permutes the smallest square of a power of two that is not below count; what falls outside is
/// permuted again until it falls inside (Black and Rogaway 2002, cycle walking).
/// </summary>
internal readonly struct ShuffledOrder
{
    private const int Rounds = 4;

    private readonly ulong _count;
    private readonly ulong _key;
    private readonly int _halfBits;

    /// <summary>The order for a key.</summary>
    public ShuffledOrder(long count, ulong key)
    {
        (_count, _key) = ((ulong)count, key);
        _halfBits = 1;
        while (1UL << (2 * _halfBits) < _count)
        {
            _halfBits++;
        }
    }

    /// <summary>The item at a place; both are from 0 to count − 1.</summary>
    public long this[long place]
    {
        get
        {
            var item = (ulong)place;
            do
            {
                item = Permute(item);
            }
            while (item >= _count);
            return (long)item;
        }
    }

    /// <summary>Scatters a number over all 64-bit numbers, one to one (the finaliser of SplitMix64, Steele et al. 2014).</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }

    private ulong Permute(ulong item)
    {
        var mask = (1UL << _halfBits) - 1;
        var (left, right) = (item >> _halfBits, item & mask);
        for (var round = 1UL; round <= Rounds; round++)
        {
            (left, right) = (right, left ^ (Mix(right + Mix(_key + round)) & mask));
        }

        return (left << _halfBits) | right;
    }
}
