using LibMoE.Runtime.Kernels.Lanes;
using LibMoE.Runtime.Kernels.Matmul.Choosing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>The kernels of one vector width and element type.</summary>
internal sealed class KernelSet
{
    private readonly Func<Activation, SwiGluOptions?, ActivationKernel> _activation;

    private readonly Lazy<Products> _products;
    private readonly bool _rounds;

    private KernelSet(
        RowKernels rows, Func<Activation, SwiGluOptions?, ActivationKernel> activation, Lazy<Products> products, bool rounds,
        ScalarType kept)
    {
        (Rows, _activation, _products, _rounds, Kept) = (rows, activation, products, rounds, kept);
    }

    public RowKernels Rows { get; }

    public Products Products => _products.Value;

    /// <summary>The type in which values before the activation are kept for the backward pass: that of the matmuls.</summary>
    public ScalarType Kept { get; }

    /// <summary>A parameter as an operand of these kernels.</summary>
    public Tensor Operand(Tensor parameter) => _rounds ? parameter.to(ScalarType.BFloat16).to(ScalarType.Float32) : parameter;

    public ActivationKernel For(Activation activation, SwiGluOptions? glu = null) => _activation(activation, glu);

    /// <summary>The kernels of a vector width in numbers (16, 8 or 1) for operands of that kind.</summary>
    public static KernelSet Create<TElement>(int lanes, Lazy<Products> products, ScalarType kept)
        where TElement : struct, IElement => lanes switch
        {
            16 => Create<Lanes512, TElement>(products, kept),
            8 => Create<Lanes256, TElement>(products, kept),
            1 => Create<SingleLane, TElement>(products, kept),
            _ => throw new ArgumentOutOfRangeException(nameof(lanes), lanes, "There are kernels for 16, 8 and 1 lanes."),
        };

    private static KernelSet Create<TLanes, TElement>(Lazy<Products> products, ScalarType kept)
        where TLanes : struct, ILanes<TLanes>
        where TElement : struct, IElement => new(
            new RowKernels<TLanes, TElement>(),
            (activation, glu) => activation switch
            {
                Activation.Relu => new PlainActivationKernel<TLanes, TElement, ReluFunction>(),
                Activation.Gelu => new PlainActivationKernel<TLanes, TElement, GeluFunction>(),
                Activation.GeluTanh => new PlainActivationKernel<TLanes, TElement, GeluTanhFunction>(),
                Activation.QuickGelu => new PlainActivationKernel<TLanes, TElement, QuickGeluFunction>(),
                Activation.ReluSquared => new PlainActivationKernel<TLanes, TElement, ReluSquaredFunction>(),
                Activation.SwiGlu when glu is not null => new GatedActivationKernel<TLanes, TElement, ClampedSwiGlu>(new(glu)),
                Activation.SwiGlu => new GatedActivationKernel<TLanes, TElement, PlainUp<SiluFunction>>(default),
                Activation.GeGlu => new GatedActivationKernel<TLanes, TElement, PlainUp<GeluFunction>>(default),
                Activation.GeGluTanh => new GatedActivationKernel<TLanes, TElement, PlainUp<GeluTanhFunction>>(default),
                Activation.SiTu => new GatedActivationKernel<TLanes, TElement, SiTuHalves>(default),
                _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "There is no kernel for this activation."),
            },
            products,
            rounds: typeof(TElement) == typeof(RoundedElement),
            kept);
}
