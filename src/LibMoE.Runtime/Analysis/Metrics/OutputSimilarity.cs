using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Similarity of expert outputs: S_ij = mean_t cos(y_i(x_t), y_j(x_t)) with every expert run on the same tokens. Experts that do the same
/// have 1, unrelated ones 0.
/// </summary>
/// <remarks>LibMoE's probe looks at the picked experts only, takes relu of the cosine and divides by K² (see
/// <see cref="Probe"/>).</remarks>
public static class OutputSimilarity
{
    /// <summary>S [E, E], the diagonal being 1 for experts that give anything; a zero output counts as orthogonal.</summary>
    /// <param name="outputs_ETD">y: each expert's outputs on the same tokens, [E, T, D].</param>
    public static double[][] Of(Tensor outputs_ETD)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var unit_TED = Unit(outputs_ETD.transpose(0, 1));
        var cosines_EE = unit_TED.matmul(unit_TED.transpose(1, 2)).mean([0]);
        return [.. cosines_EE.cpu().contiguous().data<double>().ToArray().Chunk((int)outputs_ETD.shape[0])];
    }

    /// <summary>Mean of S over the pairs of different experts; 0 for one expert.</summary>
    public static double Mean(IReadOnlyList<IReadOnlyList<double>> similarity_EE)
    {
        var experts = similarity_EE.Count;
        return experts < 2
            ? 0
            : similarity_EE.Index().Sum(row => row.Item.Index().Where(column => column.Index != row.Index).Sum(column => column.Item))
                / (experts * (experts - 1.0));
    }

    /// <summary>LibMoE's diversity probe: mean_t (1/K²)·Σ_{i≠j} relu(cos(y_ti, y_tj)) over the outputs of the K picks. (The DiversityLoss
    /// term divides by K(K − 1).)</summary>
    /// <param name="outputs_TKD">The outputs of each token's picks, [T, K, D].</param>
    public static double Probe(Tensor outputs_TKD)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var unit_TKD = Unit(outputs_TKD);
        var cosines_TKK = unit_TKD.matmul(unit_TKD.transpose(1, 2)).relu();
        var others_TKK = cosines_TKK * eye(outputs_TKD.shape[1], dtype: ScalarType.Float64).OneMinus();
        return others_TKK.mean().item<double>();
    }

    private static Tensor Unit(Tensor outputs)
    {
        var wide = outputs.detach().to(ScalarType.Float64).cpu();
        return wide / wide.norm(-1, keepdim: true).AtLeast(1e-300);
    }
}
