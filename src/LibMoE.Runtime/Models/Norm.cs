using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models;

/// <summary>Normalises the last dim and scales it by learned weights; see <see cref="NormKind"/> for the formulas.</summary>
internal sealed class Norm : nn.Module<Tensor, Tensor>
{
    private readonly NormKind _kind;
    private readonly double _epsilon;
    private readonly bool _unitOffset;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;

    /// <param name="kind">The formula.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="parameters">Makes the weight.</param>
    /// <param name="prefix">Where it stands in the state dict.</param>
    /// <param name="unitOffset">Whether the weight is kept as what it differs from 1 by.</param>
    public Norm(NormKind kind, double epsilon, ParameterSource parameters, string prefix, bool unitOffset = false)
        : base(nameof(Norm))
    {
        (_kind, _epsilon, _unitOffset) = (kind, epsilon, unitOffset);
        _weight = parameters.Make(prefix + "weight");
        _bias = parameters.Find(prefix + "bias");
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        if (_unitOffset)
        {
            // In float32 at least: bfloat16 has no number between 1 and 1.0078.
            var wide = x.dtype is ScalarType.BFloat16 or ScalarType.Float16 ? ScalarType.Float32 : x.dtype;
            return Run(x.to(wide), _weight.to(wide).Plus(1L), _bias?.to(wide)).to(x.dtype).MoveToOuterDisposeScope();
        }

        return Run(x, _weight, _bias).MoveToOuterDisposeScope();
    }

    private Tensor Run(Tensor x, Tensor weight_D, Tensor? bias_D) => _kind == NormKind.Layer
        ? nn.functional.layer_norm(x, weight_D.shape, weight_D, bias_D, _epsilon)
        : RmsNorm.Run(x, weight_D, _epsilon);
}
