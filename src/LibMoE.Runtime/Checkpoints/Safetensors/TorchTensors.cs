using LibMoE.Runtime.Common;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Stored tensors as TorchSharp's, bit for bit.</summary>
public static class TorchTensors
{
    /// <summary>The most bytes copied at once; TorchSharp's view of a tensor's bytes ends at 2 GiB.</summary>
    internal const int BlockBytes = 64 << 20;

    /// <summary>Reads a tensor.</summary>
    /// <param name="source">Where it is stored.</param>
    /// <param name="name">Its name.</param>
    /// <param name="device">Where it is put; null is the CPU.</param>
    /// <returns>A tensor of the stored type and shape [..], in the caller's dispose scope.</returns>
    /// <exception cref="StorageException">There is no such tensor, or it cannot be read, or a BOOL is neither 0 nor 1.</exception>
    public static Tensor Read(this ITensorSource source, string name, Device? device = null)
    {
        var layout = source.Find(name) ?? throw Missing(source, name);
        using var scope = NewDisposeScope();
        var tensor = empty([.. layout.Shape], layout.DType.Torch!.Value);
        Fill(source, layout, tensor);
        return (device is null ? tensor : tensor.to(device)).MoveToOuterDisposeScope();
    }

    /// <summary>Reads a tensor into one that exists, on whatever device, outside of any gradient.</summary>
    /// <param name="source">Where it is stored.</param>
    /// <param name="name">Its name.</param>
    /// <param name="target">Takes the values; it must have the stored type and shape, [..].</param>
    /// <exception cref="StorageException">There is no such tensor, it differs in type or shape, or it cannot be read.</exception>
    public static void ReadInto(this ITensorSource source, string name, Tensor target)
    {
        var layout = source.Find(name) ?? throw Missing(source, name);
        if (layout.DType.Torch != target.dtype || !layout.Shape.SequenceEqual(target.shape))
        {
            throw new StorageException(
                source.Path,
                StorageCause.Damaged,
                $"{source.Path} holds {layout}; expected was {target.dtype} [{string.Join(", ", target.shape)}]");
        }

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        if (target.device_type == TorchSharp.DeviceType.CPU && target.is_contiguous())
        {
            Fill(source, layout, target.detach());
            return;
        }

        var read = empty([.. layout.Shape], layout.DType.Torch!.Value);
        Fill(source, layout, read);
        target.copy_(read);
    }

    private static void Fill(ITensorSource source, TensorLayout layout, Tensor target)
    {
        var elementBytes = layout.DType.Bits / 8;
        using var flat = target.view(-1);
        for (var offset = 0L; offset < layout.Bytes; offset += BlockBytes)
        {
            var length = Math.Min(BlockBytes, layout.Bytes - offset);
            using var block = flat.narrow(0, offset / elementBytes, length / elementBytes);
            var bytes = block.bytes;
            source.ReadBytes(layout.Name, offset, bytes);

            // libtorch takes a byte of a bool for 0 or 1; anything else is undefined behaviour in its kernels.
            if (layout.DType.Torch == ScalarType.Bool && bytes.ContainsAnyExceptInRange((byte)0, (byte)1))
            {
                bytes.Clear();
                throw new SafetensorsException(
                    source.Path, SafetensorsRule.DType, $"{layout} has a byte that is neither 0 nor 1");
            }
        }
    }

    private static StorageException Missing(ITensorSource source, string name) =>
        new(source.Path, StorageCause.NotFound, $"{source.Path} has no tensor {MessageText.Quote(name)}");
}
