using LibMoE.Runtime.Kernels.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>A parameter that the optimiser changes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameter">The parameter.</param>
/// <param name="Rate">Its factor on the learning rate.</param>
internal sealed record TrainedParameter(string Name, Parameter Parameter, double Rate);

/// <summary>The moments m and v of a parameter, or of a part of it, and its step t, which the host keeps.</summary>
/// <param name="of">The parameter.</param>
/// <param name="part">Which of its numbers.</param>
internal sealed class OptimizerSlot(TrainedParameter of, StatePart part) : IDisposable
{
    /// <summary>The parameter.</summary>
    public TrainedParameter Of { get; } = of;

    /// <summary>Which of its numbers.</summary>
    public StatePart Part { get; } = part;

    /// <summary>m, of the parameter's shape [..]; of a part [count].</summary>
    public Tensor Mean { get; } = Zeros(of.Parameter, part);

    /// <summary>v, as m.</summary>
    public Tensor Square { get; } = Zeros(of.Parameter, part);

    /// <summary>t, a scalar.</summary>
    public Tensor Step { get; } = zeros([], ScalarType.Float32).DetachFromDisposeScope();

    /// <summary>Bytes of the moments.</summary>
    public long Bytes => Mean.numel() * Mean.element_size() * 2;

    /// <summary>The numbers of a tensor of the parameter's shape [..] that this is about, in the same memory.</summary>
    public Tensor Numbers(Tensor tensor) => Part.Whole ? tensor : Run(tensor, Part);

    /// <summary>A part of the numbers of a tensor that lies in order, [count], in the same memory.</summary>
    public static Tensor Run(Tensor tensor, StatePart part) => tensor.view(-1).narrow(0, part.Begin, part.Count);

    /// <inheritdoc/>
    public void Dispose()
    {
        Mean.Dispose();
        Square.Dispose();
        Step.Dispose();
    }

    private static Tensor Zeros(Parameter parameter, StatePart part)
    {
        using var quiet = no_grad();
        var memory = part.Whole ? empty_like(parameter) : empty(part.Count, parameter.dtype, parameter.device);
        return LargePages.Advise(memory).zero_().DetachFromDisposeScope();
    }
}
