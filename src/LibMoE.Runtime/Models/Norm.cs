using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Normalises the last dim and scales it by learned weights; see <see cref="NormKind"/> for the formulas.</summary>
/// <remarks>Types below float32 are normalised in float32: the sum of squares of a wide bfloat16 vector is too coarse.</remarks>
internal sealed class Norm : nn.Module<Tensor, Tensor>
{
    private readonly NormKind _kind;
    private readonly double _epsilon;
    private readonly Parameter _weight;
    private readonly Parameter? _bias;

    public Norm(NormKind kind, double epsilon, ParameterSource parameters, string prefix)
        : base(nameof(Norm))
    {
        (_kind, _epsilon) = (kind, epsilon);
        _weight = parameters.Make(prefix + "weight");
        _bias = parameters.Find(prefix + "bias");
        register_parameter("weight", _weight);
        if (_bias is not null)
        {
            register_parameter("bias", _bias);
        }
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        if (_kind == NormKind.Layer)
        {
            return nn.functional.layer_norm(x, _weight.shape, _weight, _bias, _epsilon).MoveToOuterDisposeScope();
        }

        var wide = x.dtype is ScalarType.BFloat16 or ScalarType.Float16 ? x.to(ScalarType.Float32) : x;
        var inverse = wide.square().mean([-1], keepdim: true).add(_epsilon).rsqrt();
        return ((wide * inverse).to(x.dtype) * _weight).MoveToOuterDisposeScope();
    }
}
