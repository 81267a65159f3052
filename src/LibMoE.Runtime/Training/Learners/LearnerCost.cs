using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Parameters and FLOPs of a learner's model.</summary>
/// <param name="TotalParameters">All parameters.</param>
/// <param name="ActiveParameters">Those that one token uses: of each MoE layer what <see cref="MoeDeclaration.ActiveParameters"/>
/// counts.</param>
/// <param name="FlopsPerToken">Floating-point operations of one token's forward pass, 2 per multiply-add.</param>
public sealed record LearnerCost(long TotalParameters, long ActiveParameters, long FlopsPerToken)
{
    /// <summary>
    /// Of a model that uses every matrix outside its MoE layers once for each token: FLOPs are 2 per element of such a matrix, beside
    /// what <see cref="MoeDeclaration.FlopsPerToken"/> says of the layers.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="layers">Its MoE layers.</param>
    public static LearnerCost Of(nn.Module model, IReadOnlyList<MoeLayer> layers)
    {
        var total = model.parameters().Sum(parameter => parameter.numel());
        var matrices = Matrices(model) - layers.Sum(Matrices);
        return new LearnerCost(
            total,
            total - layers.Sum(layer => layer.Declaration.TotalParameters(layer.Shape) - layer.Declaration.ActiveParameters(layer.Shape)),
            2 * matrices + layers.Sum(layer => layer.Declaration.FlopsPerToken(layer.Shape)));
    }

    private static long Matrices(nn.Module module) =>
        module.parameters().Where(parameter => parameter.dim() > 1).Sum(parameter => parameter.numel());
}
