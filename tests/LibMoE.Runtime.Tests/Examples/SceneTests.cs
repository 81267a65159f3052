using Segmentation;
using VisionLanguage;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>The mosaics of examples/Domains/Segmentation, and what nets are compared with there.</summary>
public sealed class SceneTests
{
    [SkippableFact]
    public void A_garment_covers_what_of_it_is_not_black_and_the_rest_is_background()
    {
        var garments = Find().Train;
        var scene = Scene.Draw(garments, new Random(1));
        var of = scene.Classes.CountBy(kind => kind).ToDictionary();

        Assert.InRange(of[Scene.Background], Scene.Size / 4, Scene.Size);
        Assert.All(scene.Pixels.Zip(scene.Classes), pixel => Assert.True(pixel.Second == Scene.Background || pixel.First > 0));

        // The same draws once more, by hand: where a garment's own pixel is not 0 it is seen, with its label.
        var random = new Random(1);
        var brightest = random.Next(1, 161);
        for (var pixel = 0; pixel < Scene.Size; pixel++)
        {
            random.Next(brightest);
        }

        var (first, top, left) = (random.Next(garments.Kinds.Count), random.Next(5), random.Next(5));
        for (var part = 0; part < 28 * 28; part++)
        {
            var (grey, at) = (garments.Pixels[first * 784 + part], (top + part / 28) * Scene.Side + left + part % 28);
            Assert.Equal(grey > 0 ? 1 + garments.Kinds[first] : Scene.Background, scene.Classes[at]);
            Assert.True(grey == 0 || scene.Pixels[at] == grey);
        }
    }

    [SkippableFact]
    public void The_scene_at_a_position_is_the_same_each_time_and_another_at_another()
    {
        Skip.If(Garments.Find(DataCache.Default()) is null, Missing);
        var scenes = Scenes.Load();

        Assert.Equal(scenes.Train(1, 7).Pixels, scenes.Train(1, 7).Pixels);
        Assert.NotEqual(scenes.Train(1, 7).Pixels, scenes.Train(1, 8).Pixels);
        Assert.NotEqual(scenes.Train(1, 7).Pixels, scenes.Train(2, 7).Pixels);
        Assert.Equal(scenes.Test[3].Classes, Scenes.Load().Test[3].Classes);
    }

    [Fact]
    public void Where_garments_are_missing_they_are_fetched_from_a_pinned_address_or_one_line_says_where_they_are()
    {
        var folder = Directory.CreateTempSubdirectory("libmoe-scenes-");
        using var server = new NothingToFetch();
        using var nothing = new HttpClient(server);
        var missing = Assert.Throws<ConfigurationException>(() => Scenes.Load(
            new DataFiles(new DataCache([folder.FullName]), new Downloader(nothing))));
        folder.Delete(recursive: true);

        const string Address = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/train-images-idx3-ubyte.gz";
        Assert.Equal(Address, Assert.Single(server.Asked));
        Assert.StartsWith(
            "fashion_mnist/train-images-idx3-ubyte.gz is in none of the data folders", missing.Message, StringComparison.Ordinal);
        Assert.EndsWith($": download {Address}.", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pixel_is_said_to_be_of_the_class_with_the_nearest_mean()
    {
        var means = ClassMeans.Fit([Striped()]);

        Assert.Equal([30.0, 90.0, 200.0], means.Means);
        Assert.Equal([0, 0, 1, 2], means.Say(new Scene([0, 59, 61, 255], [0, 0, 0, 0])));
    }

    [Fact]
    public void A_linear_patch_sees_what_is_beside_a_pixel()
    {
        // The class is that of the pixel to the left, which the pixel's own grey does not say.
        Scene[] examples = [.. Enumerable.Range(0, 6).Select(seed => Shifted(new Random(seed)))];
        var (alone, around) = (ClassMeans.Fit(examples), PatchRegression.Fit(examples, reach: 1));
        var test = Shifted(new Random(99));

        Assert.InRange(Right(test, around.Say(test)), 0.95, 1);
        Assert.InRange(Right(test, alone.Say(test)), 0.3, 0.7);
    }

    private const string Missing = "fashion_mnist is in no data folder of this machine.";

    private static (Garments Train, Garments Test) Find()
    {
        var found = Garments.Find(DataCache.Default());
        Skip.If(found is null, Missing);
        return found!.Value;
    }

    private static double Right(Scene scene, IReadOnlyList<int> said) =>
        scene.Classes.Zip(said).Count(pixel => pixel.First == pixel.Second) / (double)Scene.Size;

    /// <summary>Three classes with greys 30, 90 and 200.</summary>
    private static Scene Striped()
    {
        byte[] greys = [30, 90, 200];
        byte[] classes = [.. Enumerable.Range(0, Scene.Size).Select(pixel => (byte)(pixel % 3))];
        return new Scene([.. classes.Select(kind => greys[kind])], classes);
    }

    private static Scene Shifted(Random random)
    {
        byte[] pixels = [.. Enumerable.Range(0, Scene.Size).Select(_ => (byte)(random.Next(2) * 255))];
        return new Scene(
            pixels, [.. pixels.Select((_, pixel) => (byte)(pixel % Scene.Side > 0 && pixels[pixel - 1] > 0 ? 1 : 0))]);
    }
}
