using System.Security.Cryptography;
using System.Text;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>One row of a layer's parameter table: the state-dict name, the shape and how it starts.</summary>
/// <param name="Name">The state-dict name inside the layer.</param>
/// <param name="Shape">The tensor's shape.</param>
/// <param name="Std">Starts as N(0, Std); 0 starts at <paramref name="Value"/> instead.</param>
/// <param name="Value">The constant that it starts at where <paramref name="Std"/> is 0.</param>
public sealed record ParameterSpec(string Name, long[] Shape, double Std = 0, double Value = 0)
{
    private const string StackPrefix = "experts.";
    private readonly bool? _matrix;

    /// <summary>The gate's, which layers with experts in common do not share: kept in the router's type, float32 or wider.</summary>
    public bool Router { get; init; }

    /// <summary>A parameter that no optimiser changes.</summary>
    public bool Frozen { get; init; }

    /// <summary>Saved, but no parameter.</summary>
    public bool Buffer { get; init; }

    /// <summary>Whether a token's forward pass has a multiply-add for each of its numbers. By default what has two dims or more has; a bias
    /// of stacked experts has not, the vector of a shared gate has.</summary>
    public bool Matrix { get => _matrix ?? Shape.Length > 1; init => _matrix = value; }

    /// <summary>The one expert that it belongs to; null where it holds a group's experts stacked in its first dim,
    /// or is no expert's.</summary>
    public string? Expert { get; init; }

    /// <summary>Whether it has a row for each routed expert of a group.</summary>
    public bool IsStacked => Expert is null && Name.StartsWith(StackPrefix, StringComparison.Ordinal);

    /// <summary>How many numbers it holds.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Makes the initial tensor. Each parameter draws from a generator of its own, so that variants of a study share what they
    /// have in common, whatever else they declare.</summary>
    internal Tensor Initialize(MoeShape shape)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();

        // Held until the end: a generator made in the call itself may be collected while libtorch draws from it.
        using var generator = Generator(shape.Seed, shape.FullPrefix + Name);
        var tensor = Std == 0
            ? TensorMath.Full(Shape, Value, ScalarType.Float32)
            : LargePages.Advise(empty(Shape, ScalarType.Float32)).normal_(0, Std, generator);
        return tensor.to(Router ? shape.RouterDType : shape.DType, shape.Device ?? CPU).DetachFromDisposeScope();
    }

    /// <summary>The generator of the parameter with that full name.</summary>
    internal static Generator Generator(long seed, string fullName)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}:{fullName}"));
        return new Generator((ulong)BitConverter.ToInt64(digest) & long.MaxValue);
    }
}
