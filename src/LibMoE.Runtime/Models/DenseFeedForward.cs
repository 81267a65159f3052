using System.Security.Cryptography;
using System.Text;
using LibMoE.Runtime.Kernels.Portable;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models;

/// <summary>The FFN that a mixture stands in for: y = act(x·U + b)·W + c, as an expert computes it.</summary>
internal sealed class DenseFeedForward : nn.Module<Tensor, Tensor>
{
    /// <summary>With fewer rows, as in decoding, the kernels' preparations cost more than they save.</summary>
    private const int LeastRows = 16;

    private readonly Activation _activation;

    [ComponentName(Name = "gate_up")]
    private readonly Parameter? _gateUp_DH;

    [ComponentName(Name = "up")]
    private readonly Parameter? _up_DH;

    [ComponentName(Name = "down")]
    private readonly Parameter _down_HO;

    [ComponentName(Name = "up_bias")]
    private readonly Parameter? _upBias_H;

    [ComponentName(Name = "down_bias")]
    private readonly Parameter? _downBias_O;

    public DenseFeedForward(Activation activation, ParameterSource parameters, string prefix)
        : base(nameof(DenseFeedForward))
    {
        _activation = activation;
        _gateUp_DH = parameters.Find(prefix + "gate_up");
        _up_DH = parameters.Find(prefix + "up");
        _down_HO = parameters.Make(prefix + "down");
        _upBias_H = parameters.Find(prefix + "up_bias");
        _downBias_O = parameters.Find(prefix + "down_bias");
        RegisterComponents();
    }

    /// <summary>SHA-256 of what decides the shapes and the forward pass.</summary>
    public static string Structure(ModelConfig config)
    {
        var text = FormattableString.Invariant($"Dense@1 {config.Activation} Hidden={config.Hidden} Bias={config.FeedForwardBias}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return (x.device_type == DeviceType.CPU && x.numel() >= LeastRows * x.shape[^1] ? AsExpert(x) : Plain(x)).MoveToOuterDisposeScope();
    }

    /// <summary>One expert with all rows: what a mixture is compared with runs on the mixture's kernels.</summary>
    private Tensor AsExpert(Tensor x)
    {
        var x_TD = x.reshape(-1, x.shape[^1]);
        return RoutedExperts.Rows(
            _activation, x_TD, [x_TD.shape[0]], (_gateUp_DH ?? _up_DH!).unsqueeze(0), _down_HO.unsqueeze(0), _upBias_H?.unsqueeze(0),
            _downBias_O?.unsqueeze(0)).reshape([.. x.shape[..^1], _down_HO.shape[1]]);
    }

    private Tensor Plain(Tensor x)
    {
        var hidden = Add(x.matmul(_gateUp_DH ?? _up_DH!), _upBias_H);
        return Add(PortableExperts.Activate(_activation, hidden).matmul(_down_HO), _downBias_O);
    }

    private static Tensor Add(Tensor x, Tensor? bias) => bias is null ? x : x.Plus(bias);
}
