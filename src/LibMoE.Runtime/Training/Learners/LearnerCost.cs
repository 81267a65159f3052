using LibMoE.Runtime.Layers;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Parameters and FLOPs of a learner's model.</summary>
/// <param name="TotalParameters">All parameters.</param>
/// <param name="ActiveParameters">Those that one token uses: of each MoE layer what <see cref="MoeDeclaration.ActiveParameters"/>
/// counts; of experts that several gates pick (<see cref="MoeShape.ExpertsOf"/>) as many as all of them pick, at most all.</param>
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
            total - layers.GroupBy(ExpertBank.OwnerOf).Sum(bank => Unused(bank.Key, bank.Count())),
            2 * matrices + layers.Sum(layer => layer.Declaration.FlopsPerToken(layer.Shape)));
    }

    /// <summary>Parameters of routed experts that a token does not use: as many gates pick, and at most all experts are picked.</summary>
    private static long Unused(MoeLayer layer, int gates)
    {
        var (declaration, shape) = (layer.Declaration, layer.Shape);
        var (routed, unused) = (
            DeclarationCost.RoutedParameters(declaration, shape), declaration.TotalParameters(shape) - declaration.ActiveParameters(shape));
        return gates == 1 ? unused : Math.Max(0, routed - gates * (routed - unused));
    }

    private static long Matrices(nn.Module module) =>
        module.parameters().Where(parameter => parameter.dim() > 1).Sum(parameter => parameter.numel());
}
