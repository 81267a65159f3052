using System.Buffers.Binary;

namespace LibMoE.Runtime.Checkpoints.Safetensors;

/// <summary>The checked header of one file. An instance means that rules 1 to 16 hold.</summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The name that is no tensor's.</summary>
    public const string MetadataName = "__metadata__";

    /// <summary>The most bytes of a header.</summary>
    public const long LargestLength = 100_000_000;

    /// <summary>The bytes of the header's length, which come first.</summary>
    public const int LengthBytes = sizeof(ulong);

    /// <param name="entries">The tensors by their place in the file.</param>
    /// <param name="metadata">The free texts.</param>
    /// <param name="dataStart">Where the data begin.</param>
    public SafetensorsHeader(IReadOnlyList<TensorSpan> entries, IReadOnlyDictionary<string, string> metadata, long dataStart)
    {
        Entries = entries;
        Metadata = metadata;
        DataStart = dataStart;
    }

    /// <summary>The tensors by their place in the file.</summary>
    public IReadOnlyList<TensorSpan> Entries { get; }

    /// <summary>The free texts.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Where the data begin, in bytes from the file's start.</summary>
    public long DataStart { get; }

    /// <summary>Reads and checks the header of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">What it is called in messages.</param>
    /// <param name="decoded">A dtype that cannot be held and that the caller decodes.</param>
    /// <exception cref="SafetensorsException">A rule is broken.</exception>
    public static SafetensorsHeader Read(IRunFile file, string path, string? decoded = null)
    {
        var fileLength = file.Length;
        var length = ReadLength(file, path, fileLength);
        var header = new byte[length];
        if (file.Read(LengthBytes, header) != length)
        {
            throw new SafetensorsException(path, SafetensorsRule.Unchanged, "it became shorter while it was read");
        }

        var budget = new MemoryBudget(path, fileLength, length);
        return new HeaderParser(path, header, budget, decoded).Parse(fileLength - LengthBytes - length);
    }

    private static long ReadLength(IRunFile file, string path, long fileLength)
    {
        Span<byte> prefix = stackalloc byte[LengthBytes];
        if (file.Read(0, prefix) < LengthBytes)
        {
            throw new SafetensorsException(
                path, SafetensorsRule.HasHeaderLength, $"it has {fileLength} bytes; the header's length alone takes {LengthBytes}");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LargestLength)
        {
            throw new SafetensorsException(
                path, SafetensorsRule.HeaderLengthLimit, $"its header would have {length} bytes; at most {LargestLength} are allowed");
        }

        if ((long)length > fileLength - LengthBytes)
        {
            throw new SafetensorsException(
                path, SafetensorsRule.HeaderInsideFile, $"its header would have {length} bytes, but the file has only {fileLength} in all");
        }

        return (long)length;
    }
}
