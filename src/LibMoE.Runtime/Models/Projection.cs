using LibMoE.Runtime.Kernels.Backbone;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models;

/// <summary>y = x·Wᵀ + b, with W [outputs, inputs]; b where the table has one.</summary>
internal sealed class Projection : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;

    public Projection(ParameterSource parameters, string prefix)
        : base(nameof(Projection))
    {
        _weight = parameters.Make(prefix + "weight");
        _bias = parameters.Find(prefix + "bias");
        RegisterComponents();
    }

    /// <summary>W, for products in another order.</summary>
    public Tensor Weight_OI => _weight;

    /// <summary>b; null where there is none.</summary>
    public Tensor? Bias_O => _bias;

    public override Tensor forward(Tensor x) => LinearProduct.Run(x, _weight, _bias);
}
