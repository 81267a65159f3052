using System.Text;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Checkpoints.Layouts.Gguf;

/// <summary>A tensor to be written.</summary>
/// <param name="Name">Its name in the file, 64 bytes at most.</param>
/// <param name="Type">How its numbers are written.</param>
/// <param name="Numbers">The tensor, of any floating type and device [..].</param>
internal sealed record GgufPayload(string Name, GgufTensorType Type, Tensor Numbers);

/// <summary>Writes GGUF files, version 3, little-endian.</summary>
internal static class GgufWriter
{
    private const int Alignment = GgufHeader.UsualAlignment;

    /// <summary>How many numbers are converted at once: a multiple of every block.</summary>
    private const int PartNumbers = 1 << 22;

    /// <summary>Writes a file.</summary>
    /// <exception cref="ConfigurationException">A tensor has numbers that its type cannot hold.</exception>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public static void Write(
        RunFileWriter writer, IReadOnlyCollection<(string Name, GgufValue Value)> metadata, IReadOnlyCollection<GgufPayload> tensors)
    {
        using var bytes = new MemoryStream();
        using (var header = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
        {
            header.Write(GgufHeader.Magic);
            header.Write(GgufHeader.Version);
            header.Write((ulong)tensors.Count);
            header.Write((ulong)metadata.Count);
            foreach (var (name, value) in metadata)
            {
                Text(header, name);
                header.Write((uint)value.Type);
                Content(header, value);
            }

            Table(header, tensors);
        }

        writer.Write(bytes.ToArray());
        foreach (var tensor in tensors)
        {
            Pad(writer);
            Numbers(writer, tensor);
        }

        Pad(writer);
    }

    private static void Table(BinaryWriter header, IEnumerable<GgufPayload> tensors)
    {
        var offset = 0L;
        foreach (var tensor in tensors)
        {
            Text(header, tensor.Name);
            header.Write((uint)tensor.Numbers.dim());
            foreach (var size in tensor.Numbers.shape.Reverse())
            {
                header.Write((ulong)size);
            }

            header.Write((uint)tensor.Type.Id);
            header.Write((ulong)offset);
            offset += Whole(tensor.Type.BytesOf(tensor.Numbers.numel()));
        }
    }

    private static void Numbers(RunFileWriter writer, GgufPayload tensor)
    {
        using var whole = NewDisposeScope();
        var flat = tensor.Numbers.detach().contiguous().view(-1);
        var count = flat.numel();
        for (var start = 0L; start < count; start += PartNumbers)
        {
            using var scope = NewDisposeScope();
            var part = flat.narrow(0, start, Math.Min(PartNumbers, count - start)).cpu();
            writer.Write(Bytes(tensor, part));
        }
    }

    private static ReadOnlySpan<byte> Bytes(GgufPayload tensor, Tensor part)
    {
        if (tensor.Type != GgufTensorType.Q8)
        {
            var written = part.to(SafetensorsDType.All[tensor.Type.ReadAs].Torch!.Value).contiguous();
            Require(tensor, tensor.Type != GgufTensorType.F16 || written.isfinite().all().item<bool>());
            return written.bytes;
        }

        var numbers = part.to(ScalarType.Float32).contiguous();
        var blocks = new byte[tensor.Type.BytesOf(numbers.numel())];
        Require(tensor, numbers.isfinite().all().item<bool>() && Q8Blocks.Write(numbers.data<float>().ToArray(), blocks));
        return blocks;
    }

    private static void Require(GgufPayload tensor, bool isWithin)
    {
        if (!isWithin)
        {
            throw new ConfigurationException(
                $"{tensor.Name} has numbers that are beyond float16, which {tensor.Type.Name} needs; export as F32 or BF16.");
        }
    }

    private static void Content(BinaryWriter header, GgufValue value)
    {
        if (value.Type != GgufValueType.List)
        {
            Plain(header, value.Type, value.Content);
            return;
        }

        var items = (object[])value.Content;
        header.Write((uint)value.Elements);
        header.Write((ulong)items.Length);
        foreach (var item in items)
        {
            Plain(header, value.Elements, item);
        }
    }

    private static void Plain(BinaryWriter header, GgufValueType type, object content)
    {
        switch (type)
        {
            case GgufValueType.UInt32:
                header.Write((uint)(decimal)content);
                break;
            case GgufValueType.Int32:
                header.Write((int)(decimal)content);
                break;
            case GgufValueType.Float32:
                header.Write((float)content);
                break;
            case GgufValueType.Bool:
                header.Write((bool)content);
                break;
            case GgufValueType.Text:
                Text(header, (string)content);
                break;
            default:
                throw new NotSupportedException($"A value of type {type} is not written.");
        }
    }

    private static void Text(BinaryWriter header, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        header.Write((ulong)bytes.Length);
        header.Write(bytes);
    }

    private static void Pad(RunFileWriter writer) => writer.Write(new byte[Whole(writer.Length) - writer.Length]);

    private static long Whole(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
}
