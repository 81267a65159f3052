using LibMoE.Runtime.Common;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>A variant under settings: what a search tries.</summary>
/// <param name="Variant">The declared mixture.</param>
/// <param name="Settings">What the grid sets, without what a rung sets.</param>
internal sealed record SearchMember(MoeVariant Variant, IReadOnlyDictionary<string, string> Settings)
{
    public string Label => SettingsLabel.Of(Variant.Name, Settings);
}

/// <summary>A search before anything is trained.</summary>
/// <param name="Plans">The plans of the study that holds every trial that there could be.</param>
/// <param name="Members">What can be tried, in the order of <paramref name="Space"/>.</param>
/// <param name="Space">The same as values on axes.</param>
/// <param name="Rungs">How many trials with how many steps; one without halving.</param>
/// <param name="StepsKey">The setting that a rung sets; null without halving.</param>
internal sealed record SearchPlan(
    IReadOnlyList<StudyPlan> Plans, IReadOnlyList<SearchMember> Members, SearchSpace Space, IReadOnlyList<SearchRung> Rungs,
    string? StepsKey)
{
    /// <summary>Finds what there is to choose from.</summary>
    /// <exception cref="ConfigurationException">There is one member alone.</exception>
    public static SearchPlan Of(IReadOnlyList<StudyPlan> plans, IReadOnlyList<SearchRung> rungs, string? stepsKey)
    {
        List<SearchMember> members =
        [
            .. plans.Where(plan => stepsKey is null || plan.Training.Steps == rungs[0].Steps)
                .SelectMany(plan => plan.Variants.Select(variant => new SearchMember(variant.Mixture!, Without(plan.Settings, stepsKey)))),
        ];
        return members.Count > 1
            ? new SearchPlan(
                plans, members, SearchSpace.Of(members.Select(member => (member.Variant.Declaration, member.Settings))), rungs, stepsKey)
            : throw new ConfigurationException(
                $"There is nothing to search: {members[0].Label} is all that is declared; declare a family with [Vary], or give values by "
                + "Study:Grid.");
    }

    /// <summary>The cells of a trial, one a seed.</summary>
    /// <param name="study">The study that the plans make.</param>
    /// <param name="member">What is tried.</param>
    /// <param name="rung">With how many steps.</param>
    public IReadOnlyList<PlannedCell> CellsOf(PreparedStudy study, SearchMember member, SearchRung rung) =>
    [
        .. study.Cells.Where(planned => planned.Cell.Variant.Mixture == member.Variant
            && (StepsKey is null || planned.Cell.Training.Steps == rung.Steps)
            && SettingsLabel.Of(Without(planned.Cell.Settings, StepsKey)) == SettingsLabel.Of(member.Settings)),
    ];

    private static IReadOnlyDictionary<string, string> Without(IReadOnlyDictionary<string, string> settings, string? key) =>
        key is null ? settings
            : new SortedDictionary<string, string>(settings.Where(setting => setting.Key != key).ToDictionary(), StringComparer.Ordinal);
}
