namespace Segmentation;

/// <summary>What needs no net.</summary>
internal static class PixelMethods
{
    /// <summary>Pixels around the one that is asked of, to each side.</summary>
    private const int Reach = 7;

    public static IReadOnlyList<(string Name, Func<Scene, IReadOnlyList<int>> Say)> Of(IReadOnlyList<Scene> examples)
    {
        var (one, around) = (ClassMeans.Fit(examples), PatchRegression.Fit(examples, Reach));
        return [("class mean per pixel", one.Say), ("linear patch", around.Say)];
    }
}
