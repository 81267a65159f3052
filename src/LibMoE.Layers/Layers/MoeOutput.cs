using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>What a layer gives back. Its tensors live in the caller's dispose scope.</summary>
/// <param name="hidden">The output, of x's shape [.., D] and type; D is <see cref="MoeShape.OutputWidth"/>.</param>
/// <param name="routing">How the tokens were routed.</param>
public sealed class MoeOutput(Tensor hidden, Routing routing)
{
    /// <summary>The output, of x's shape [.., D] and type.</summary>
    public Tensor Hidden { get; } = hidden;

    /// <summary>How the tokens were routed, and the balancing terms.</summary>
    public Routing Routing { get; } = routing;

    /// <summary>The sum of what two groups of experts give, elementwise.</summary>
    /// <param name="y">What one group gives, [..].</param>
    /// <param name="other">What the other gives, [..] as y.</param>
    /// <returns>Of the same shape, [..].</returns>
    public static Tensor Sum(Tensor y, Tensor other) => y.Plus(other);

    /// <summary>Moves every tensor out of the dispose scope that <c>forward</c> opened, and hands them over.</summary>
    /// <param name="hidden">The output, of x's shape [.., D] and type.</param>
    /// <param name="routing">How the tokens were routed.</param>
    public static MoeOutput Leave(Tensor hidden, Routing routing)
    {
        routing.MoveToOuterDisposeScope();
        return new MoeOutput(hidden.MoveToOuterDisposeScope(), routing);
    }
}
