namespace LibMoE.Runtime.Studies;

/// <summary>One model of a study: the backbone with a mixture, or the dense baseline.</summary>
/// <param name="Mixture">The declared layer; null for the baseline.</param>
/// <param name="Model">The backbone of a language model, the baseline's FFN as wide as equal active parameters ask for; null where a
/// program's own learner is trained.</param>
internal sealed record StudyVariant(MoeVariant? Mixture, ModelConfig? Model)
{
    private LearnerCost? _cost;

    /// <summary>The program's own learner; null for text.</summary>
    public OwnLearner? Own { get; init; }

    public string Name => Mixture?.Name ?? MoeVariant.Dense;

    public long TotalParameters => Cost.TotalParameters;

    public long ActiveParameters => Cost.ActiveParameters;

    public long FlopsPerToken => Cost.FlopsPerToken;

    /// <summary>The number in the model, from 0, of each block with a mixture.</summary>
    public IReadOnlyList<int> BlockNumbers => Model?.MoeBlockNumbers ?? Own!.Facts.BlockNumbers;

    public bool Equals(StudyVariant? other) => other is not null && Mixture == other.Mixture && Model == other.Model && Own == other.Own;

    public override int GetHashCode() => HashCode.Combine(Mixture, Model, Own);

    private LearnerCost Cost => _cost ??= Model is null
        ? Own!.Facts.Cost
        : new LearnerCost(
            ModelCost.TotalParameters(Model, Mixture?.Declaration),
            ModelCost.ActiveParameters(Model, Mixture?.Declaration),
            ModelCost.FlopsPerToken(Model, Mixture?.Declaration));
}
