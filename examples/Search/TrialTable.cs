using System.Globalization;
using LibMoE.Runtime;

namespace Search;

/// <summary>A family that was trained as a whole: whatever a search wants to try can be looked up.</summary>
/// <param name="Space">Every declaration under every setting.</param>
/// <param name="Scores">What each member came to, by the steps that it was trained for, the most last.</param>
internal sealed record TrialTable(SearchSpace Space, SortedList<int, SearchScore[]> Scores)
{
    private const string Steps = "Training:Steps";

    /// <summary>What each member came to with all steps.</summary>
    public SearchScore[] Full => Scores.Values[^1];

    /// <summary>The table of a study's results.</summary>
    /// <param name="declared">The program's declarations.</param>
    /// <param name="results">The results of a study of them.</param>
    /// <param name="isWanted">Which settings to look at.</param>
    public static TrialTable Of(
        IEnumerable<MoeVariant> declared, StudyResults results, Func<IReadOnlyDictionary<string, string>, bool> isWanted)
    {
        var layers = declared.ToDictionary(variant => variant.Name, variant => variant.Declaration);
        var rows = results.Variants.Where(row => row.Settings is not null && layers.ContainsKey(row.Variant!) && isWanted(row.Settings))
            .GroupBy(row => int.Parse(row.Settings!.GetValueOrDefault(Steps, "0"), CultureInfo.InvariantCulture))
            .OrderBy(steps => steps.Key).ToList();
        return new TrialTable(
            SearchSpace.Of(rows[^1].Select(row => (layers[row.Variant!], (IReadOnlyDictionary<string, string>)Without(row.Settings!)))),
            new SortedList<int, SearchScore[]>(rows.ToDictionary(
                steps => steps.Key, steps => steps.Select(row => new SearchScore(row.ValidationLoss, row.FlopsPerToken)).ToArray())));
    }

    private static Dictionary<string, string> Without(IReadOnlyDictionary<string, string> settings) =>
        settings.Where(setting => setting.Key != Steps).ToDictionary();
}
