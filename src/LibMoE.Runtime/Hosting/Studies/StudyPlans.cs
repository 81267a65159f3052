using LibMoE.Runtime.Hosting.Studies.Presets;
using LibMoE.Runtime.Studies;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>What a study trains: every combination of the grid, with what the preset chooses of each.</summary>
internal sealed class StudyPlans(IConfiguration configuration, IEnumerable<MoeVariant> declared, IOptions<StudyOptions> study)
{
    /// <summary>The plans, one for every combination of the grid's values.</summary>
    /// <exception cref="ConfigurationException">A variant or a value of the grid cannot be used.</exception>
    public IReadOnlyList<StudyPlan> Make()
    {
        var plans = StudyGrid.Plan(configuration, [.. declared]);
        return StudyPresets.Find(study.Value.Preset)?.Choose is { } choose ? [.. plans.Select(choose)] : plans;
    }
}
