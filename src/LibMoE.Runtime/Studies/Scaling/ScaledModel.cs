namespace LibMoE.Runtime.Studies.Scaling;

/// <summary>What of a model decides the memory and the time of a step on many cards.</summary>
/// <param name="Name">The variant's name.</param>
/// <param name="Parameters">All parameters.</param>
/// <param name="ExpertParameters">Those of routed experts, which several cards can have parts of.</param>
/// <param name="DenseFlops">Floating-point operations of a token's forward pass outside routed experts.</param>
/// <param name="ExpertFlops">Those in routed experts.</param>
/// <param name="Width">D, the numbers of a row.</param>
/// <param name="Blocks">How many blocks it has.</param>
/// <param name="Vocabulary">V, the logits of a token.</param>
/// <param name="Mixtures">Of each MoE layer E, its experts, and K, those that a token uses.</param>
internal sealed record ScaledModel(
    string Name, double Parameters, double ExpertParameters, double DenseFlops, double ExpertFlops, long Width, int Blocks, long Vocabulary,
    IReadOnlyList<(int Experts, double Picks)> Mixtures)
{
    /// <summary>Among how many ranks experts can be divided; 1 where there are none.</summary>
    public int MostExpertRanks => Mixtures.Select(mixture => mixture.Experts).DefaultIfEmpty(1).Min();

    /// <summary>Parameters that every rank has whole.</summary>
    public double SharedParameters => Parameters - ExpertParameters;

    /// <summary>The experts' parameters on the rank that has most of them: ranges of experts are contiguous, and as even as whole experts
    /// allow.</summary>
    /// <param name="ranks">Among how many they are divided.</param>
    public double ExpertsOfOne(int ranks)
    {
        var experts = MostExpertRanks;
        return ExpertParameters * Math.Ceiling((double)experts / ranks) / experts;
    }

    /// <summary>Of a backbone with the mixture in its MoE blocks, by formula: nothing is allocated.</summary>
    /// <param name="model">The backbone.</param>
    /// <param name="variant">The mixture; null for a dense model.</param>
    public static ScaledModel Of(ModelConfig model, MoeVariant? variant)
    {
        var declared = variant?.Declaration;
        var mixtures = declared is null ? [] : ModelCost.Of(model, declared).ToList();
        var experts = mixtures.Sum(mixture => DeclarationCost.RoutedParameters(mixture.Declaration, mixture.Shape));
        var flops = mixtures.Sum(mixture => DeclarationCost.RoutedFlops(mixture.Declaration, mixture.Shape));
        return new ScaledModel(
            variant?.Name ?? MoeVariant.Dense, ModelCost.TotalParameters(model, declared), experts,
            ModelCost.FlopsPerToken(model, declared) - flops, flops, model.Dim, model.Layers, model.Vocabulary,
            [
                .. mixtures.Select(mixture => (
                    mixture.Declaration.Experts.Where(group => !typeof(IZeroComputeExpert).IsAssignableFrom(group.Kind))
                        .Sum(group => group.Count),
                    DeclarationCost.ExpertsPerToken(mixture.Declaration))),
            ]);
    }
}
