using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>The FFN that a mixture stands in for: y = act(x·U + b)·W + c, as an expert computes it.</summary>
internal sealed class DenseFeedForward : nn.Module<Tensor, Tensor>
{
    private readonly Activation _activation;
    private readonly Parameter _up_DH;
    private readonly Parameter _down_HD;
    private readonly Parameter? _upBias_H;
    private readonly Parameter? _downBias_D;

    public DenseFeedForward(ModelConfig config, ParameterSource parameters, string prefix)
        : base(nameof(DenseFeedForward))
    {
        _activation = config.Activation;
        var up = config.Activation is Activation.SwiGlu or Activation.GeGlu ? "gate_up" : "up";
        register_parameter(up, _up_DH = parameters.Make(prefix + up));
        register_parameter("down", _down_HD = parameters.Make(prefix + "down"));
        if (config.FeedForwardBias)
        {
            register_parameter("up_bias", _upBias_H = parameters.Make(prefix + "up_bias"));
            register_parameter("down_bias", _downBias_D = parameters.Make(prefix + "down_bias"));
        }
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var hidden = Add(x.matmul(_up_DH), _upBias_H);
        return Add(PortableExperts.Activate(_activation, hidden).matmul(_down_HD), _downBias_D).MoveToOuterDisposeScope();
    }

    private static Tensor Add(Tensor x, Tensor? bias) => bias is null ? x : x + bias;
}
