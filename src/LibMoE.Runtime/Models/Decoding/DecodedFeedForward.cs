using LibMoE.Runtime.Kernels.Cpu;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Decoding;

/// <summary>A dense FFN, or the experts of a mixture that share their shape, of one token.</summary>
internal sealed unsafe class DecodedFeedForward : IDisposable
{
    private readonly DecodedWeights _weights;
    private readonly ActivationKernel _activation;
    private readonly float* _up_FDW;
    private readonly float* _upBias_FW;
    private readonly float* _down_FHD;
    private readonly float* _downBias_FD;
    private readonly int _width;
    private readonly int _hidden;
    private readonly int _dim;
    private readonly RentedBuffer _rows;

    /// <param name="weights">The model's.</param>
    /// <param name="prefix">What the names of the matrices begin with, such as <c>blocks.0.ffn.</c>; [D, W] and [H, D], or those of F
    /// experts.</param>
    /// <param name="activation">What stands between them.</param>
    public DecodedFeedForward(DecodedWeights weights, string prefix, Activation activation)
    {
        var up = weights[prefix + "gate_up"] is null ? "up" : "gate_up";
        _weights = weights;
        _activation = weights.Kernels.For(ScalarType.Float32)!.For(activation);
        _up_FDW = weights[prefix + up];
        _upBias_FW = weights[prefix + "up_bias"];
        _down_FHD = weights[prefix + "down"];
        _downBias_FD = weights[prefix + "down_bias"];
        _width = (int)weights.Shape(prefix + up)[^1];
        (_hidden, _dim) = ((int)weights.Shape(prefix + "down")[^2], (int)weights.Shape(prefix + "down")[^1]);
        _rows = new RentedBuffer((long)(_width + _hidden) * sizeof(float));
    }

    /// <summary>y = w·(act(x·U + b)·V + c).</summary>
    /// <param name="x_D">The token.</param>
    /// <param name="y_D">The result.</param>
    /// <param name="expert">Which of the experts.</param>
    /// <param name="weight">w.</param>
    public void Run(float* x_D, float* y_D, int expert = 0, float weight = 1)
    {
        var up_W = (float*)_rows.Pointer;
        var hidden_H = up_W + _width;
        var upBias_W = _upBias_FW is null ? null : _upBias_FW + (long)expert * _width;
        _weights.Product.OfColumns(
            _weights.Torch, _up_FDW + (long)expert * _weights.Config.Dim * _width, x_D, upBias_W, _width, _weights.Config.Dim, up_W);
        _activation.Forward(up_W, &weight, hidden_H, 1, _hidden);
        _weights.Product.OfColumns(
            _weights.Torch, _down_FHD + (long)expert * _hidden * _dim, hidden_H, null, _dim, _hidden, y_D);
        for (var d = 0; _downBias_FD is not null && d < _dim; d++)
        {
            y_D[d] += weight * _downBias_FD[(long)expert * _dim + d];
        }
    }

    /// <inheritdoc />
    public void Dispose() => _rows.Dispose();
}
