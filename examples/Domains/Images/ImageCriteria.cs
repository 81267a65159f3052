using Domains;

namespace Images;

/// <summary>What was asked for of each set, before anything was trained.</summary>
internal static class ImageCriteria
{
    public static IReadOnlyList<ICriterion> Of(string? name) => name switch
    {
        null or "" or ImageSets.Default => [new Criterion("accuracy", 0.88)],
        ImageSets.FewLabels => [new FewLabelsCriterion()],
        ImageSets.Chests => [new Criterion("auroc", 0.94), new Criterion("scaled calibration error", 0.05)],
        _ => [new Criterion("accuracy", Bar: null, "nearest neighbours")],
    };
}
