using LibMoE.Runtime.Hosting.Studies.Presets;
using LibMoE.Runtime.Studies;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>What a study trains: every combination of the grid, with what the preset chooses of each.</summary>
internal sealed class StudyPlans(
    IConfiguration configuration, IEnumerable<MoeVariant> declared, IOptions<StudyOptions> study, LearnerMaker? own = null)
{
    /// <summary>The plans, one for every combination of the grid's values.</summary>
    /// <exception cref="ConfigurationException">A variant or a value of the grid cannot be used, or a preset asks
    /// about language models where a learner of the program's own is trained.</exception>
    public IReadOnlyList<StudyPlan> Make()
    {
        var preset = StudyPresets.Find(study.Value.Preset);
        if (own is not null && preset is { AnyLearner: false })
        {
            throw new ConfigurationException(
                $"{StudyPresets.Key} is '{preset.Name}', which asks about language models, and this program trains its own learner; "
                + $"{string.Join(", ", StudyPresets.All.Where(other => other.AnyLearner).Select(other => other.Name))} asks about any.");
        }

        var plans = StudyGrid.Plan(configuration, [.. declared], own);
        return preset?.Choose is { } choose ? [.. plans.Select(choose)] : plans;
    }
}
