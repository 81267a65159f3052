using LibMoE.Runtime;
using static TorchSharp.torch;

namespace Recommendation;

/// <summary>Methods without a network. Each scores all areas, [N, areas], of what visitors N have looked at.</summary>
internal static class Neighbours
{
    public static IReadOnlyList<(string Name, Func<Tensor, Tensor, Tensor> Score)> All { get; } =
        [("popularity", Popularity), ("item neighbours", ItemNeighbours), ("EASE", Ease)];

    /// <summary>How many visitors each area had.</summary>
    public static Tensor Popularity(Tensor train_UI, Tensor given_NI) => train_UI.sum([0]).expand_as(given_NI);

    /// <summary>Σ over given areas of the cosine between the columns of both areas (Sarwar et al. 2001).</summary>
    public static Tensor ItemNeighbours(Tensor train_UI, Tensor given_NI)
    {
        var norm_I = train_UI.Squared().sum([0]).sqrt().AtLeast(1e-12);
        var cosine_II = train_UI.t().matmul(train_UI) / norm_I.unsqueeze(0) / norm_I.unsqueeze(1);
        return given_NI.matmul(cosine_II - cosine_II.diag().diag());
    }

    /// <summary>EASE (Steck 2019): min_B ‖X − XB‖² + λ‖B‖² with diag B = 0 has B = I − P·diag(1/diag P), P = (XᵀX + λI)⁻¹;
    /// λ = 50.</summary>
    public static Tensor Ease(Tensor train_UI, Tensor given_NI)
    {
        var ridge_II = train_UI.t().matmul(train_UI).Plus(eye(train_UI.shape[1], dtype: train_UI.dtype).Times(50));
        var p_II = linalg.inv(ridge_II);
        var b_II = (p_II / p_II.diag()).negative();
        return given_NI.matmul(b_II - b_II.diag().diag());
    }
}
