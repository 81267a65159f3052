using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Average neuron interaction (ANI), as LibMoE logs it: the mean cosine between all pairs of different rows of a matrix. 0 for orthogonal
/// rows, 1 for parallel ones.
/// </summary>
/// <remarks>LibMoE transposes the router before it takes rows, so its figure is about model dimensions, not about experts. Give a router as
/// [E, D] for the similarity of experts, transposed for LibMoE's.</remarks>
public static class WeightSimilarity
{
    /// <summary>(‖Σ_i r̂_i‖² − R) / (R·(R − 1)) with r̂ the R rows scaled to length 1: the mean over the pairs without making them. From
    /// −1/(R − 1) to 1; 0 for one row. A row of zeros counts as orthogonal to all others.</summary>
    /// <param name="rows_RC">A matrix [R, C].</param>
    public static double Of(Tensor rows_RC)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var rows = rows_RC.shape[0];
        var unit_RC = Unit(rows_RC);
        var (sum_C, squares) = (unit_RC.sum([0]), unit_RC.mul(unit_RC).sum().item<double>());
        return rows < 2 ? 0 : (sum_C.dot(sum_C).item<double>() - squares) / (rows * (rows - 1.0));
    }

    /// <summary>The cosines of all pairs of rows, [R, R]; the diagonal is 1.</summary>
    /// <param name="rows_RC">A matrix [R, C].</param>
    public static double[][] Matrix(Tensor rows_RC)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var unit_RC = Unit(rows_RC);
        var cosines = unit_RC.matmul(unit_RC.t()).cpu().contiguous().data<double>().ToArray();
        return [.. cosines.Chunk((int)rows_RC.shape[0])];
    }

    private static Tensor Unit(Tensor rows_RC)
    {
        var wide_RC = rows_RC.detach().to(ScalarType.Float64).cpu();
        return wide_RC / wide_RC.norm(1, keepdim: true).AtLeast(1e-300);
    }
}
