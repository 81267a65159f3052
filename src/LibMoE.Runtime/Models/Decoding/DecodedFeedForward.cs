using LibMoE.Runtime.Kernels.Cpu;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Decoding;

/// <summary><see cref="DenseFeedForward"/> of one token.</summary>
internal sealed unsafe class DecodedFeedForward : IDisposable
{
    private readonly DecodedWeights _weights;
    private readonly ActivationKernel _activation;
    private readonly float* _up_DW;
    private readonly float* _upBias_W;
    private readonly float* _down_HD;
    private readonly float* _downBias_D;
    private readonly int _width;
    private readonly int _hidden;
    private readonly int _dim;
    private readonly RentedBuffer _rows;

    /// <param name="weights">The model's.</param>
    /// <param name="block">Which block.</param>
    public DecodedFeedForward(DecodedWeights weights, int block)
    {
        var prefix = $"blocks.{block}.ffn.";
        var up = weights[prefix + "gate_up"] is null ? "up" : "gate_up";
        _weights = weights;
        _activation = weights.Kernels.For(ScalarType.Float32)!.For(weights.Config.Activation);
        _up_DW = weights[prefix + up];
        _upBias_W = weights[prefix + "up_bias"];
        _down_HD = weights[prefix + "down"];
        _downBias_D = weights[prefix + "down_bias"];
        _width = (int)weights.Shape(prefix + up)[1];
        (_hidden, _dim) = ((int)weights.Shape(prefix + "down")[0], (int)weights.Shape(prefix + "down")[1]);
        _rows = new RentedBuffer((long)(_width + _hidden) * sizeof(float));
    }

    /// <summary>y = act(x·U + b)·W + c.</summary>
    public void Run(float* x_D, float* y_D)
    {
        var up_W = (float*)_rows.Pointer;
        var hidden_H = up_W + _width;
        _weights.Product.OfColumns(_weights.Torch, _up_DW, x_D, _upBias_W, _width, _weights.Config.Dim, up_W);
        _activation.Forward(up_W, null, hidden_H, 1, _hidden);
        _weights.Product.OfColumns(_weights.Torch, _down_HD, hidden_H, _downBias_D, _dim, _hidden, y_D);
    }

    /// <inheritdoc />
    public void Dispose() => _rows.Dispose();
}
