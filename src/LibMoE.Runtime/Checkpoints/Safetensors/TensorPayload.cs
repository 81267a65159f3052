using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>A tensor to be stored: what the header says of it, and its bytes when they are wanted.</summary>
public abstract class TensorPayload
{
    private TensorPayload(TensorLayout layout)
    {
        Layout = layout;
    }

    /// <summary>The name, element type and shape.</summary>
    public TensorLayout Layout { get; }

    /// <summary>A TorchSharp tensor of any device. It is read when it is written to the file, not before.</summary>
    /// <param name="name">Its name in the file.</param>
    /// <param name="tensor">The tensor, of any shape [..].</param>
    /// <exception cref="ArgumentException">The format has no element type for it.</exception>
    public static TensorPayload Of(string name, Tensor tensor) => new TorchPayload(name, tensor);

    /// <summary>Bytes at hand (row-major, little-endian).</summary>
    /// <exception cref="ArgumentException">The layout asks for another number of bytes.</exception>
    public static TensorPayload Of(TensorLayout layout, ReadOnlyMemory<byte> bytes) => new BytesPayload(layout, bytes);

    /// <summary>Appends the bytes to a file.</summary>
    internal abstract void WriteTo(RunFileWriter writer);

    private sealed class TorchPayload(string name, Tensor tensor)
        : TensorPayload(new TensorLayout(name, SafetensorsDType.Of(tensor.dtype), tensor.shape))
    {
        internal override void WriteTo(RunFileWriter writer)
        {
            using var scope = NewDisposeScope();
            var flat = tensor.detach().cpu().contiguous().view(-1);
            var elementBytes = Layout.DType.Bits / 8;
            for (var offset = 0L; offset < Layout.Bytes; offset += TorchTensors.BlockBytes)
            {
                var length = Math.Min(TorchTensors.BlockBytes, Layout.Bytes - offset);
                writer.Write(flat.narrow(0, offset / elementBytes, length / elementBytes).bytes);
            }
        }
    }

    private sealed class BytesPayload : TensorPayload
    {
        private readonly ReadOnlyMemory<byte> _bytes;

        public BytesPayload(TensorLayout layout, ReadOnlyMemory<byte> bytes)
            : base(layout)
        {
            if (bytes.Length != layout.Bytes)
            {
                throw new ArgumentException($"{layout} takes {layout.Bytes} bytes; {bytes.Length} were given.", nameof(bytes));
            }

            _bytes = bytes;
        }

        internal override void WriteTo(RunFileWriter writer) => writer.Write(_bytes.Span);
    }
}
