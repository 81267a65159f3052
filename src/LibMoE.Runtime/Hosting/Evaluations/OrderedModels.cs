namespace LibMoE.Runtime.Hosting.Evaluations;

/// <summary>Models whose experts a person orders about: what they score stands beside what they score by themselves, never in its
/// place.</summary>
internal static class OrderedModels
{
    /// <summary>The models under names that say the order, as models that stand alone: a run keeps the figures of its own cells.</summary>
    public static IReadOnlyList<EvaluatedModel> Of(IReadOnlyList<EvaluatedModel> models, ExpertOrder order) => order.IsEmpty
        ? models
        : [.. models.Select(model => model with { Name = $"{Unordered(model)}-{order.Suffix}", Run = null })];

    /// <summary>Refuses an order on the models of a program's own learner.</summary>
    /// <exception cref="ConfigurationException">There is one.</exception>
    public static void CheckOwn(ExpertOrder order)
    {
        if (!order.IsEmpty)
        {
            throw new ConfigurationException(
                "Evaluation:Veto and Evaluation:Force are for language models; a program's own learner is evaluated as it is.");
        }
    }

    private static string Unordered(EvaluatedModel model) =>
        model.Run is null ? model.Name : FormattableString.Invariant($"{model.Name.Replace(' ', '-')}-seed-{model.Seed}");
}
