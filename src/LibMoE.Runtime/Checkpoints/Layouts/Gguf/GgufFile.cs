using System.Runtime.InteropServices;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Checkpoints.Layouts.Gguf;

/// <summary>One GGUF file, open for reading. Opening checks all that stands before the numbers, and that no tensor runs past the end; the
/// numbers are read when they are asked for, those of Q8_0 as float32.</summary>
internal sealed class GgufFile : ITensorSource
{
    /// <summary>What a file's name ends in.</summary>
    public const string Extension = ".gguf";

    private readonly IRunFile _file;
    private readonly Dictionary<string, GgufTensor> _tensors;

    private GgufFile(IRunFile file, string path, GgufHeader header)
    {
        (_file, Path, Header) = (file, path, header);
        _tensors = header.Tensors.ToDictionary(tensor => tensor.Name);
        Tensors = [.. header.Tensors.Select(LayoutOf)];
    }

    /// <inheritdoc />
    public string Path { get; }

    /// <summary>What stands before the numbers.</summary>
    public GgufHeader Header { get; }

    /// <inheritdoc />
    public IReadOnlyList<TensorLayout> Tensors { get; }

    /// <inheritdoc />
    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <summary>Opens a file.</summary>
    /// <exception cref="StorageException">It is no such file, was cut short, or cannot be read.</exception>
    public static GgufFile Open(IRunFiles files, string path)
    {
        var file = files.OpenRead(files.Followed(path));
        try
        {
            return new GgufFile(file, path, GgufHeader.Read(file, path));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public TensorLayout? Find(string name) => _tensors.TryGetValue(name, out var tensor) ? LayoutOf(tensor) : null;

    /// <inheritdoc />
    public void ReadBytes(string name, long offset, Span<byte> target)
    {
        if (!_tensors.TryGetValue(name, out var tensor))
        {
            throw new StorageException(Path, StorageCause.NotFound, $"{Path} has no tensor {MessageText.Quote(name)}");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, LayoutOf(tensor).Bytes - target.Length);
        if (tensor.Type == GgufTensorType.Q8)
        {
            ReadBlocks(tensor, offset, target);
        }
        else
        {
            Read(tensor.Start + offset, target);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private static TensorLayout LayoutOf(GgufTensor tensor) => new(tensor.Name, SafetensorsDType.All[tensor.Type.ReadAs], tensor.Shape);

    /// <summary>The blocks that the numbers are in, and of them the part that was asked for.</summary>
    private void ReadBlocks(GgufTensor tensor, long offset, Span<byte> target)
    {
        const int NumberBytes = sizeof(float);
        const int BlockBytes = Q8Blocks.Numbers * NumberBytes;
        var (first, end) = (offset / BlockBytes, (offset + target.Length + BlockBytes - 1) / BlockBytes);
        Span<float> numbers = stackalloc float[Q8Blocks.Numbers];
        var stored = new byte[(end - first) * Q8Blocks.Bytes];
        Read(tensor.Start + (first * Q8Blocks.Bytes), stored);
        for (var block = first; block < end; block++)
        {
            Q8Blocks.Read(stored.AsSpan((int)(block - first) * Q8Blocks.Bytes, Q8Blocks.Bytes), numbers);
            var bytes = MemoryMarshal.AsBytes(numbers);
            var start = (block * BlockBytes) - offset;
            var skipped = (int)Math.Max(0, -start);
            var length = (int)Math.Min(BlockBytes - skipped, target.Length - start - skipped);
            bytes.Slice(skipped, length).CopyTo(target[(int)(start + skipped)..]);
        }
    }

    private void Read(long start, Span<byte> target)
    {
        if (_file.Read(start, target) != target.Length)
        {
            throw new StorageException(Path, StorageCause.Damaged, $"{Path} became shorter while it was read");
        }
    }
}
