using LibMoE.Runtime.Studies;
using Microsoft.Extensions.Configuration;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>A width that is given and that nothing would have: whoever gives one expects that a model gets it.</summary>
internal static class UnusedWidth
{
    private const string Key = "Model:Hidden";
    private const string WidthKey = "Study:DenseWidth";

    /// <summary>One sentence where it is so; none where all is well.</summary>
    /// <param name="configuration">All settings.</param>
    /// <param name="plans">What is to be trained or described.</param>
    public static IReadOnlyList<string> Problems(IConfiguration configuration, IReadOnlyList<StudyPlan> plans) =>
        plans.Any(plan => plan.Variants.Any(variant => variant.Own is not null))
            ? OfOwnLearner(configuration)
            : OfText(configuration, plans);

    private static IReadOnlyList<string> OfOwnLearner(IConfiguration configuration) =>
        Enum.TryParse<DenseWidth>(configuration[WidthKey], ignoreCase: true, out var width) && width != DenseWidth.Matched
            ? [$"{WidthKey} is {width}, and this program's learner makes Dense as wide as equal active parameters ask for; remove it."]
            : [];

    private static IReadOnlyList<string> OfText(IConfiguration configuration, IReadOnlyList<StudyPlan> plans)
    {
        string?[] values = [configuration[Key], .. plans.Select(plan => plan.Settings.GetValueOrDefault(Key))];
        var given = string.Join(',', values.OfType<string>().Distinct());
        return given.Length == 0 || plans.Any(plan => plan.ReadsHidden)
            ? []
            :
            [
                $"{Key} is {given}, and nothing has that width: all experts declare their own, and Dense takes the width that gives it "
                + $"as many active parameters as a mixture; remove {Key}, or set {WidthKey}=Model to give it to Dense.",
            ];
    }
}
