using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Distributed;

/// <summary>Which tensors the engines take.</summary>
internal static class CollectiveTensor
{
    /// <summary>Refuses a tensor that not every engine can add up.</summary>
    /// <exception cref="ArgumentException">The type, the device or the layout is another.</exception>
    public static void Check(Tensor tensor, string name)
    {
        if (tensor.device_type != DeviceType.CPU || !tensor.is_contiguous()
            || tensor.dtype is not (ScalarType.Float32 or ScalarType.Float64 or ScalarType.Int64 or ScalarType.BFloat16))
        {
            throw new ArgumentException(
                $"Ranks add up contiguous float32, float64, bfloat16 and int64 tensors on the CPU; {name} is {tensor.dtype} on "
                + tensor.device
                + (tensor.is_contiguous() ? "." : ", not contiguous."),
                nameof(tensor));
        }
    }
}
