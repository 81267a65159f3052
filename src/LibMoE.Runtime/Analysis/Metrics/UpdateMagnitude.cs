using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>What a block does to the residual stream, as LibMoE logs it: means over tokens, with h before and h + Δ
/// after the block.</summary>
/// <param name="Residual">‖h‖.</param>
/// <param name="Update">‖Δ‖.</param>
/// <param name="Relative">‖Δ‖ / ‖h‖.</param>
/// <param name="Cosine">|cos(h, h + Δ)|: 1 where the block only scales.</param>
public sealed record UpdateMagnitude(double Residual, double Update, double Relative, double Cosine)
{
    /// <summary>Measures a block.</summary>
    /// <param name="before">h [.., D].</param>
    /// <param name="after">h + Δ, of the same shape, [.., D].</param>
    public static UpdateMagnitude Of(Tensor before, Tensor after)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (before_TD, after_TD) = (Wide(before), Wide(after));
        var (h_T, delta_T) = (before_TD.norm(-1), (after_TD - before_TD).norm(-1));
        var cosine_T = (before_TD * after_TD).sum(-1).abs() / (h_T * after_TD.norm(-1)).AtLeast(1e-300);
        return new UpdateMagnitude(Mean(h_T), Mean(delta_T), Mean(delta_T / h_T.AtLeast(1e-300)), Mean(cosine_T));
    }

    private static Tensor Wide(Tensor x) => x.detach().to(ScalarType.Float64).cpu().reshape(-1, x.shape[^1]);

    private static double Mean(Tensor values_T) => values_T.mean().item<double>();
}
