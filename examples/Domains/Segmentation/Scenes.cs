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

    /// <summary>Finds the garments.</summary>
    /// <exception cref="ConfigurationException">They are in none of the data folders.</exception>
    public static Scenes Load()
    {
        var files = new DataFiles();
        if (Garments.Find(files.Cache) is var (train, test))
        {
            return new Scenes(train, test);
        }

        const string Missing = "fashion_mnist/train-images-idx3-ubyte.gz";
        throw new ConfigurationException(
            $"{Missing} with its labels, or t10k-images-idx3-ubyte.gz, is in none of the data folders "
            + $"({string.Join(", ", files.Cache.Folders)}; LIBMOE_DATA names the first): install Debian's dataset-fashion-mnist, or take "
            + "the four idx.gz files of github.com/zalandoresearch/fashion-mnist.");
    }

    /// <summary>The scene to learn from at a position.</summary>
    public Scene Train(long seed, long position) => Scene.Draw(_train, new Random((int)(seed * 1_000_003 + position)));
}
