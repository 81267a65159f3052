using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models.Vision;

public sealed class ImageScalesTests
{
    private static readonly VisionConfig Small = new()
    {
        ImageSize = 8,
        PatchSize = 2,
        Dim = 12,
        Layers = 2,
        Heads = 2,
        Hidden = 10,
        Activation = Activation.GeluTanh,
        ClassToken = false,
        PatchBias = true,
        PreNorm = false,
        Scales = [1, 3],
    };

    public static TheoryData<bool> ClassTokens => [false, true];

    [Theory, MemberData(nameof(ClassTokens))]
    public void Two_scales_are_the_whole_and_its_nine_tiles_averaged_down_side_by_side(bool classToken)
    {
        using var scope = NewDisposeScope();
        var config = Small with { ClassToken = classToken, PreNorm = classToken };
        using var encoder = VisionEncoder.Create(config, seed: 3, dtype: ScalarType.Float64);
        using var single = VisionEncoder.Create(config with { Scales = [1] }, seed: 3, dtype: ScalarType.Float64);
        var images_ICHW = rand([2, 3, 24, 24], ScalarType.Float64);

        var features_IND = encoder.forward(images_ICHW).Features;

        Assert.Equal([2, 16, 24], features_IND.shape);
        var whole = nn.functional.interpolate(images_ICHW, [8, 8], mode: InterpolationMode.Bicubic, align_corners: false);
        Near(single.forward(whole).Features, features_IND.narrow(2, 0, 12));
        for (var image = 0; image < 2; image++)
        {
            var grid = new double[12, 12, 12];
            for (var tile = 0; tile < 9; tile++)
            {
                var (top, left) = (tile / 3, tile % 3);
                var part = images_ICHW.narrow(0, image, 1).narrow(2, 8 * top, 8).narrow(3, 8 * left, 8);
                var values = Pictures.Values(single.forward(part).Features);
                for (var at = 0; at < values.Length; at++)
                {
                    grid[4 * top + at / 12 / 4, 4 * left + at / 12 % 4, at % 12] = values[at];
                }
            }

            // Three by three patches of the large grid become one feature.
            var pooled = Pictures.Values(features_IND[image].narrow(1, 12, 12));
            for (var at = 0; at < pooled.Length; at++)
            {
                var (row, column, unit) = (at / 12 / 4, at / 12 % 4, at % 12);
                var mean = Enumerable.Range(0, 9).Average(cell => grid[3 * row + cell / 3, 3 * column + cell % 3, unit]);
                Assert.Equal(mean, pooled[at], 1e-12);
            }
        }
    }

    [Fact]
    public void Every_mixture_routes_once_for_the_tiles_of_all_scales()
    {
        using var scope = NewDisposeScope();
        using var encoder = VisionEncoder.Create(Small with { FeatureLayer = -1 }, MoeVariant.Of<SixTanh>(), seed: 3);

        var output = encoder.forward(rand([2, 3, 24, 24]));

        Assert.Equal(2, output.Routings.Count);
        Assert.All(output.Routings, routing => Assert.Equal([2 * 10 * 16, 3], routing.Experts!.shape));
    }

    [Fact]
    public void An_image_of_another_size_is_refused_with_the_size_that_is_needed()
    {
        using var scope = NewDisposeScope();
        using var encoder = VisionEncoder.Create(Small);

        var error = Assert.Throws<ArgumentException>(() => encoder.forward(rand([1, 3, 8, 8])));

        Assert.Contains("[I, 3, 24, 24]", error.Message);
    }

    private static void Near(Tensor expected, Tensor actual) =>
        Assert.InRange((expected - actual).abs().max().item<double>(), 0, 1e-12);
}
