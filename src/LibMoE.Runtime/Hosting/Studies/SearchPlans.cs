using LibMoE.Runtime.Studies;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>What a search may try: the cells of the study of every declared mixture and every combination of the grid's values, on each
/// rung of <c>Search:Halving</c> with that rung's steps.</summary>
internal sealed class SearchPlans(
    IConfiguration configuration, IEnumerable<MoeVariant> declared, IOptions<SearchSettings> search, IOptions<TrainingConfig> training,
    LearnerMaker? own = null)
{
    private const string Steps = "Training:Steps";
    private const string GridSteps = "Study:Grid:" + Steps;

    /// <summary>Plans the search.</summary>
    /// <exception cref="ConfigurationException">A variant or a value of the grid cannot be used, or there is nothing to choose
    /// from.</exception>
    public SearchPlan Make()
    {
        var rungs = SuccessiveHalving.Rungs(
            search.Value.Budget, search.Value.Halving, training.Value.Steps, 2 * training.Value.Warmup);
        var isHalved = search.Value.Halving > 0;
        if (isHalved && configuration.GetSection(GridSteps).Exists())
        {
            throw new ConfigurationException($"{GridSteps} cannot be varied together with Search:Halving, which chooses the steps itself.");
        }

        if (isHalved && rungs.Count == 1)
        {
            throw new ConfigurationException(
                $"Search:Halving is {search.Value.Halving}, for which {Steps} = {training.Value.Steps} and Search:Budget = "
                + $"{search.Value.Budget} are too few: a first trial has at least twice the {training.Value.Warmup} steps of "
                + "Training:Warmup, and there must be a trial for each rung.");
        }

        var plans = StudyGrid.Plan(OnRungs(isHalved ? rungs : []), [.. declared], own);
        if (plans.Any(plan => plan.Variants.All(variant => variant.Mixture is null))
            || configuration["Study:Variants"] is { Length: > 0 } && plans[0].Variants.Any(variant => variant.Mixture is null))
        {
            throw new ConfigurationException(
                $"Study:Variants names {MoeVariant.Dense}, which nothing can be searched in; it must name declared mixtures.");
        }

        return SearchPlan.Of(
            [.. plans.Select(plan => plan with { Variants = [.. plan.Variants.Where(variant => variant.Mixture is not null)] })],
            rungs,
            isHalved ? Steps : null);
    }

    private IConfiguration OnRungs(IReadOnlyList<SearchRung> rungs) => rungs.Count == 0
        ? configuration
        : new ConfigurationBuilder().AddConfiguration(configuration).AddInMemoryCollection(new Dictionary<string, string?>
        {
            [GridSteps] = string.Join(',', rungs.Select(rung => FormattableString.Invariant($"{rung.Steps}"))),
        }).Build();
}
