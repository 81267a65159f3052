using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

/// <summary>What the kernels must compute, written for clarity alone: float64, every expert on every token, then the picks.</summary>
internal static class DenseOracle
{
    /// <summary>y_TKD: what pick k of token t gives; 0 for picks outside [first, first + F).</summary>
    public static Tensor PerPick(
        Activation activation, Tensor x_TD, Tensor experts_TK, Tensor up_FDH, Tensor down_FHD, Tensor? upBias_FH,
        Tensor? downBias_FD, int first, SwiGluOptions? glu = null)
    {
        var hidden_FTH = matmul(x_TD.unsqueeze(0), up_FDH);
        if (upBias_FH is not null)
        {
            hidden_FTH = hidden_FTH + upBias_FH.unsqueeze(1);
        }

        var y_FTD = matmul(Activated(activation, hidden_FTH, glu), down_FHD);
        if (downBias_FD is not null)
        {
            y_FTD = y_FTD + downBias_FD.unsqueeze(1);
        }

        var slots_F = arange(first, first + up_FDH.shape[0], ScalarType.Int64);
        var picked_TKF = experts_TK.unsqueeze(-1).eq(slots_F).to(ScalarType.Float64);
        return einsum("tkf,ftd->tkd", picked_TKF, y_FTD);
    }

    private static Tensor Activated(Activation activation, Tensor hidden, SwiGluOptions? glu)
    {
        var width = hidden.shape[^1] / 2;
        var (gate, up) = (hidden.narrow(-1, 0, width), hidden.narrow(-1, width, width));
        return activation switch
        {
            Activation.Relu => hidden.clamp_min(0),
            Activation.Gelu => Gelu(hidden),
            Activation.GeluTanh => 0.5 * hidden * (1 + tanh(Math.Sqrt(2 / Math.PI) * (hidden + 0.044715 * hidden * hidden * hidden))),
            Activation.QuickGelu => hidden * sigmoid(1.702 * hidden),
            Activation.ReluSquared => hidden.clamp_min(0) * hidden.clamp_min(0),
            Activation.SwiGlu => Clamped(gate, up, glu ?? new SwiGluOptions()),
            Activation.GeGlu => Gelu(gate) * up,
            Activation.GeGluTanh => 0.5 * gate * (1 + tanh(Math.Sqrt(2 / Math.PI) * (gate + 0.044715 * gate * gate * gate))) * up,
            Activation.SiTu => 4 * tanh(gate / 4) * gate.sigmoid() * 25 * tanh(up / 25),
            _ => throw new ArgumentOutOfRangeException(nameof(activation)),
        };
    }

    /// <summary>Clamped numbers are constants.</summary>
    private static Tensor Clamped(Tensor gate, Tensor up, SwiGluOptions glu)
    {
        var limit = full_like(gate, glu.Limit > 0 ? glu.Limit : double.PositiveInfinity);
        var value = glu.ClampAfterActivation ? AtMost(Swish(gate), limit) : Swish(AtMost(gate, limit));
        return value * (where(up.lt(-limit), -limit, AtMost(up, limit)) + glu.UpOffset);

        Tensor Swish(Tensor a) => a * (glu.Slope * a).sigmoid();
    }

    private static Tensor AtMost(Tensor x, Tensor limit) => where(x.gt(limit), limit, x);

    private static Tensor Gelu(Tensor v) => 0.5 * v * (1 + erf(v / Math.Sqrt(2)));
}
