using System.Runtime.InteropServices;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Checkpoints.Layouts.Gguf;

/// <summary>One GGUF file, open for reading. Opening checks all that stands before the numbers, and that no tensor runs past the end; the
/// numbers are read when they are asked for, those in blocks as float32.</summary>
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
        if (tensor.Type.BlockNumbers > 1)
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
        var (numbersOfBlock, bytesOfBlock) = (tensor.Type.BlockNumbers, tensor.Type.BlockBytes);
        var shown = numbersOfBlock * sizeof(float);
        var (first, end) = (offset / shown, (offset + target.Length + shown - 1) / shown);
        Span<float> numbers = stackalloc float[numbersOfBlock];
        var stored = new byte[(end - first) * bytesOfBlock];
        Read(tensor.Start + (first * bytesOfBlock), stored);
        for (var block = first; block < end; block++)
        {
            Decode(tensor.Type, stored.AsSpan((int)(block - first) * bytesOfBlock, bytesOfBlock), numbers);
            var bytes = MemoryMarshal.AsBytes(numbers);
            var start = (block * shown) - offset;
            var skipped = (int)Math.Max(0, -start);
            var length = (int)Math.Min(shown - skipped, target.Length - start - skipped);
            bytes.Slice(skipped, length).CopyTo(target[(int)(start + skipped)..]);
        }
    }

    private static void Decode(GgufTensorType type, ReadOnlySpan<byte> block, Span<float> numbers)
    {
        if (type == GgufTensorType.Q8)
        {
            Q8Blocks.Read(block, numbers);
        }
        else
        {
            Mxfp4Blocks.Read(block, numbers);
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
