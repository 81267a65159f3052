using Domains;
using LibMoE.Runtime;
using VisionLanguage;

namespace Segmentation;

/// <summary>Mosaics of Fashion-MNIST (Xiao et al. 2017): as many to learn from as there are seeds, and some to be measured by, of garments
/// that none of the others has.</summary>
internal sealed class Scenes
{
    private const int TestScenes = 500, ExampleScenes = 100;
    private const long ExampleSeed = -1;

    private readonly Garments _train;

    private Scenes(Garments train, Garments test)
    {
        _train = train;
        Test = [.. Enumerable.Range(0, TestScenes).Select(number => Scene.Draw(test, new Random(number)))];
        Examples = [.. Enumerable.Range(0, ExampleScenes).Select(number => Train(ExampleSeed, number))];
    }

    /// <summary>Those to be measured by.</summary>
    public IReadOnlyList<Scene> Test { get; }

    /// <summary>Those that simple methods learn from.</summary>
    public IReadOnlyList<Scene> Examples { get; }

    /// <summary>Finds the garments, or fetches them.</summary>
    /// <param name="files">The data folders; null takes those of this user.</param>
    /// <exception cref="ConfigurationException">They are in none of the data folders, and cannot be fetched.</exception>
    public static Scenes Load(DataFiles? files = null)
    {
        var data = files ?? new DataFiles();
        if (Garments.Find(data.Cache) is not var (train, test))
        {
            _ = FashionFiles.Require(data, FashionFiles.Train);
            _ = FashionFiles.Require(data, FashionFiles.Test);
            (train, test) = Garments.Find(data.Cache) ?? throw new ConfigurationException(
                $"{FashionFiles.Folder}/ in {data.Cache.FindFolder(FashionFiles.Folder)} lacks files that other data folders have; put all "
                + "four into one folder.");
        }

        return new Scenes(train, test);
    }

    /// <summary>The scene to learn from at a position.</summary>
    public Scene Train(long seed, long position) => Scene.Draw(_train, new Random((int)(seed * 1_000_003 + position)));
}
