using Domains;
using LibMoE.Runtime;

namespace Translation;

/// <summary>Criteria of which so many are asked for.</summary>
/// <param name="AtLeast">How many.</param>
/// <param name="Each">The criteria.</param>
internal sealed record MostOf(int AtLeast, IReadOnlyList<Criterion> Each) : ICriterion
{
    public string Of(StudyResults results) =>
        $"{string.Join("\n", Each.Select(criterion => criterion.Of(results)))}\nAsked for: at least {AtLeast} of these {Each.Count}. "
        + string.Join(", ", results.Variants.Select(variant =>
        {
            var reached = Each.Count(criterion => criterion.IsReached(results, variant));
            return $"{variant.Name} {reached}: {(reached >= AtLeast ? "reached" : "missed")}";
        })) + ".";
}
