namespace LibMoE.Runtime.Studies;

/// <summary>One model of a study: the backbone with a mixture, or the dense baseline.</summary>
/// <param name="Mixture">The declared layer; null for the baseline.</param>
/// <param name="Model">The backbone; the baseline's FFN is as wide as equal active parameters ask for.</param>
internal sealed record StudyVariant(MoeVariant? Mixture, ModelConfig Model)
{
    public string Name => Mixture?.Name ?? MoeVariant.Dense;

    public long TotalParameters { get; } = ModelCost.TotalParameters(Model, Mixture?.Declaration);

    public long ActiveParameters { get; } = ModelCost.ActiveParameters(Model, Mixture?.Declaration);

    public long FlopsPerToken { get; } = ModelCost.FlopsPerToken(Model, Mixture?.Declaration);
}
