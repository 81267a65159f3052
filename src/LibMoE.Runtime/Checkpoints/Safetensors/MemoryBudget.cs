namespace LibMoE.Runtime.Checkpoints.Safetensors;

/// <summary>
/// Keeps what a reader allocates for a header below the file's size and 16 MiB (rule 20): a header of a few bytes an entry could
/// otherwise make it allocate a multiple of the file.
/// </summary>
internal struct MemoryBudget
{
    private const long Allowance = 16L << 20;

    /// <summary>What is left for everything that is not counted here.</summary>
    private const long Reserve = 1L << 20;

    /// <summary>An entry's objects, its places in the list and the dictionary, and the copies that these leave when they grow.</summary>
    private const long PerEntry = 384;

    private readonly string _path;
    private long _left;

    /// <param name="path">The file, for the message.</param>
    /// <param name="fileLength">Its size in bytes.</param>
    /// <param name="headerLength">The bytes of its text, which are held while it is read.</param>
    public MemoryBudget(string path, long fileLength, long headerLength)
    {
        _path = path;
        _left = fileLength - headerLength + Allowance - Reserve;
    }

    /// <summary>Counts one entry of a list or dictionary.</summary>
    public void TakeEntry() => Take(PerEntry);

    /// <summary>Counts a text of so many UTF-8 bytes, which has at most as many UTF-16 characters.</summary>
    public void TakeText(int bytes) => Take(2L * bytes);

    /// <summary>Counts a list of so many numbers.</summary>
    public void TakeNumbers(int count) => Take(8L * count);

    private void Take(long bytes)
    {
        _left -= bytes;
        if (_left < 0)
        {
            throw new SafetensorsException(
                _path, SafetensorsRule.Memory,
                "its header describes so much that it would take more memory than the file's size and 16 MiB");
        }
    }
}
