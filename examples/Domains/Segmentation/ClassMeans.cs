namespace Segmentation;

/// <summary>The class whose mean grey is nearest to the pixel's.</summary>
/// <param name="Means">The mean grey of each class.</param>
internal sealed record ClassMeans(IReadOnlyList<double> Means)
{
    public static ClassMeans Fit(IReadOnlyList<Scene> examples) =>
        new([.. examples.SelectMany(scene => scene.Classes.Zip(scene.Pixels)).GroupBy(pixel => pixel.First)
            .OrderBy(kind => kind.Key).Select(kind => kind.Average(pixel => (double)pixel.Second))]);

    public IReadOnlyList<int> Say(Scene scene) =>
        [.. scene.Pixels.Select(pixel => Means.Index().MinBy(kind => Math.Abs(kind.Item - pixel)).Index)];
}
