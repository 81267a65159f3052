using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>An element type of the safetensors format.</summary>
/// <param name="Name">The name in the header.</param>
/// <param name="Bits">The bits of one element.</param>
/// <param name="Torch">The TorchSharp type that holds it bit for bit; null when there is none.</param>
public sealed record SafetensorsDType(string Name, int Bits, ScalarType? Torch)
{
    /// <summary>Every type that the format names, by name.</summary>
    public static IReadOnlyDictionary<string, SafetensorsDType> All { get; } = new SafetensorsDType[]
    {
        new("BOOL", 8, ScalarType.Bool),
        new("U8", 8, ScalarType.Byte),
        new("I8", 8, ScalarType.Int8),
        new("I16", 16, ScalarType.Int16),
        new("I32", 32, ScalarType.Int32),
        new("I64", 64, ScalarType.Int64),
        new("F16", 16, ScalarType.Float16),
        new("BF16", 16, ScalarType.BFloat16),
        new("F32", 32, ScalarType.Float32),
        new("F64", 64, ScalarType.Float64),
        new("U16", 16, null),
        new("U32", 32, null),
        new("U64", 64, null),
        new("C64", 64, null),
        new("F4", 4, null),
        new("F6_E2M3", 6, null),
        new("F6_E3M2", 6, null),
        new("F8_E4M3", 8, null),
        new("F8_E5M2", 8, null),
        new("F8_E8M0", 8, null),
        new("F8_E4M3FNUZ", 8, null),
        new("F8_E5M2FNUZ", 8, null),
    }.ToDictionary(dtype => dtype.Name);

    /// <summary>The type that holds a TorchSharp type bit for bit.</summary>
    /// <exception cref="ArgumentException">The format has none.</exception>
    public static SafetensorsDType Of(ScalarType type) =>
        All.Values.FirstOrDefault(dtype => dtype.Torch == type)
        ?? throw new ArgumentException(
            $"Tensors of type {type} cannot be stored; allowed are "
                + $"{string.Join(", ", All.Values.Select(dtype => dtype.Torch).OfType<ScalarType>())}.",
            nameof(type));
}
