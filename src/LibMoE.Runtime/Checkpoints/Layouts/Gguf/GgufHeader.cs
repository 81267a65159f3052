using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Checkpoints.Layouts.Gguf;

/// <summary>Where a tensor of a GGUF file lies.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">How its numbers are written.</param>
/// <param name="Shape">Its sizes, slowest first: a file has them the other way round.</param>
/// <param name="Start">Its first byte in the file.</param>
/// <param name="Bytes">How many they are.</param>
internal sealed record GgufTensor(string Name, GgufTensorType Type, IReadOnlyList<long> Shape, long Start, long Bytes);

/// <summary>What a GGUF file has before its numbers, checked (ggml, docs/gguf.md, version 3; version 2 is the same in little-endian
/// files).</summary>
/// <param name="Metadata">The metadata.</param>
/// <param name="Tensors">The tensors in the order of the file's table.</param>
internal sealed record GgufHeader(GgufMetadata Metadata, IReadOnlyList<GgufTensor> Tensors)
{
    /// <summary>The first four bytes, GGUF.</summary>
    public const uint Magic = 0x46554747;

    /// <summary>The version that is written.</summary>
    public const uint Version = 3;

    /// <summary>The multiple of bytes that numbers begin at where a file does not state one.</summary>
    public const int UsualAlignment = 32;

    /// <summary>The longest name of a tensor, in bytes.</summary>
    public const int LongestName = 64;

    /// <summary>The most sizes of a tensor.</summary>
    public const int MostSizes = 4;

    private const string AlignmentName = "general.alignment";
    private const int LeastBytesOfValue = 8 + 4 + 1;
    private const int LeastBytesOfTensor = 8 + 4 + 4 + 8;

    /// <summary>Reads it.</summary>
    /// <exception cref="StorageException">The file is no such file, cut short, or breaks a rule of the format; or a tensor is of a type
    /// that cannot be read.</exception>
    public static GgufHeader Read(IRunFile file, string path)
    {
        var reader = new GgufReader(file, path);
        if (reader.UInt32() is var magic && magic != Magic)
        {
            throw reader.Wrong("it does not begin with the letters GGUF");
        }

        if (reader.UInt32() is var version and not (2 or Version))
        {
            throw reader.Wrong(version is > 0xffffff or 0x03000000
                ? "it is big-endian; little-endian files are read" : $"it is of version {version}; versions 2 and 3 are read");
        }

        var (tensors, values) = (reader.Count(LeastBytesOfTensor, "tensors"), reader.Count(LeastBytesOfValue, "values"));
        var metadata = new Dictionary<string, GgufValue>();
        for (var i = 0; i < values; i++)
        {
            var name = reader.Text();
            if (!metadata.TryAdd(name, reader.Value()))
            {
                throw reader.Wrong($"it states {MessageText.Quote(name)} twice");
            }
        }

        var stated = new GgufMetadata(path, metadata);
        var alignment = stated.Int(AlignmentName, UsualAlignment);
        return alignment is > 0 and <= 1 << 20 && alignment % 8 == 0
            ? new GgufHeader(stated, TensorsOf(reader, tensors, alignment))
            : throw reader.Wrong($"its {AlignmentName} is {alignment}; it must be a multiple of 8");
    }

    private static List<GgufTensor> TensorsOf(GgufReader reader, int count, int alignment)
    {
        var (tensors, offsets, names) = (new List<GgufTensor>(), new List<ulong>(), new HashSet<string>());
        for (var i = 0; i < count; i++)
        {
            var tensor = TensorOf(reader);
            tensors.Add(tensor);
            offsets.Add(reader.UInt64());
            if (!names.Add(tensor.Name))
            {
                throw reader.Wrong($"it has the tensor {MessageText.Quote(tensor.Name)} twice");
            }
        }

        var start = (reader.Position + alignment - 1) / alignment * alignment;
        List<GgufTensor> placed = [.. tensors.Zip(offsets, (tensor, offset) => tensor with
        {
            Start = offset % (ulong)alignment == 0 && offset <= (ulong)reader.Length ? start + (long)offset
                : throw reader.Wrong($"the tensor {MessageText.Quote(tensor.Name)} begins at byte {offset} of the numbers, which is no "
                    + $"multiple of {alignment} within the file"),
        })];
        var end = start;
        foreach (var tensor in placed.OrderBy(tensor => tensor.Start).ThenBy(tensor => tensor.Bytes))
        {
            if (tensor.Start < end)
            {
                throw reader.Wrong($"the tensor {MessageText.Quote(tensor.Name)} lies on another's bytes");
            }

            end = tensor.Start + tensor.Bytes;
            if (end > reader.Length)
            {
                throw reader.Wrong($"it has {reader.Length} bytes, but the tensor {MessageText.Quote(tensor.Name)} ends at {end}: "
                    + "it was cut short");
            }
        }

        return placed;
    }

    private static GgufTensor TensorOf(GgufReader reader)
    {
        var (name, sizes) = (reader.Text(), reader.UInt32());
        if (sizes is 0 or > MostSizes)
        {
            throw reader.Wrong($"the tensor {MessageText.Quote(name)} has {sizes} sizes; a tensor has 1 to {MostSizes}");
        }

        var shape = new long[sizes];
        for (var size = 0; size < sizes; size++)
        {
            var stated = reader.UInt64();
            shape[^(size + 1)] = stated is > 0 and <= TensorLayout.LargestDimension ? (long)stated
                : throw reader.Wrong($"the tensor {MessageText.Quote(name)} has the size {stated}");
        }

        var type = reader.UInt32();
        var readable = GgufTensorType.Find(type) ?? throw new StorageException(
            reader.Path, StorageCause.Other, $"{reader.Path}: the tensor {MessageText.Quote(name)} is of the type "
                + $"{GgufTensorType.NameOf(type)}; tensors of the types {GgufTensorType.Allowed} can be read");
        if (shape[^1] % readable.BlockNumbers != 0)
        {
            throw reader.Wrong($"the tensor {MessageText.Quote(name)} has rows of {shape[^1]} numbers; {readable.Name} has blocks of "
                + $"{readable.BlockNumbers}");
        }

        // A first bound of numbers, so that their bytes cannot overflow.
        return shape.Aggregate((UInt128)1, (product, size) => product > long.MaxValue ? product : product * (UInt128)size) is var numbers
            && numbers <= (UInt128)reader.Length * Q8Blocks.Numbers
            ? new GgufTensor(name, readable, shape, 0, readable.BytesOf((long)numbers))
            : throw reader.Wrong($"it has {reader.Length} bytes, but the tensor {MessageText.Quote(name)} of [{string.Join(", ", shape)}] "
                + "has more: it was cut short");
    }
}
