using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models;

/// <summary>Normalises the last dim and scales it by learned weights; see <see cref="NormKind"/> for the formulas.</summary>
internal sealed class Norm : nn.Module<Tensor, Tensor>
{
    private readonly NormKind _kind;
    private readonly double _epsilon;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;

    public Norm(NormKind kind, double epsilon, ParameterSource parameters, string prefix)
        : base(nameof(Norm))
    {
        (_kind, _epsilon) = (kind, epsilon);
        _weight = parameters.Make(prefix + "weight");
        _bias = parameters.Find(prefix + "bias");
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        if (_kind == NormKind.Layer)
        {
            return nn.functional.layer_norm(x, _weight.shape, _weight, _bias, _epsilon).MoveToOuterDisposeScope();
        }

        return RmsNorm.Run(x, _weight, _epsilon).MoveToOuterDisposeScope();
    }
}
