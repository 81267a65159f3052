using LibMoE.Runtime;

namespace Domains;

/// <summary>The four files of Fashion-MNIST (Xiao et al. 2017, MIT) at the address that its authors name.</summary>
internal static class FashionFiles
{
    public const string Folder = "fashion_mnist";

    /// <summary>How the names of the files to learn from and of those to be measured by begin.</summary>
    public const string Train = "train", Test = "t10k";

    private const string Address = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";

    private static readonly Dictionary<string, string> Sha256 = new()
    {
        ["train-images-idx3-ubyte.gz"] = "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        ["train-labels-idx1-ubyte.gz"] = "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        ["t10k-images-idx3-ubyte.gz"] = "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        ["t10k-labels-idx1-ubyte.gz"] = "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    };

    /// <summary>The paths of images and labels, which lie in a data folder then.</summary>
    /// <param name="files">Looks for them, and fetches them.</param>
    /// <param name="part"><see cref="Train"/> or <see cref="Test"/>.</param>
    /// <exception cref="ConfigurationException">They are nowhere.</exception>
    public static (string Images, string Labels) Require(DataFiles files, string part)
    {
        return (PathOf($"{part}-images-idx3-ubyte.gz"), PathOf($"{part}-labels-idx1-ubyte.gz"));

        string PathOf(string name) => files.Require(
            [new($"{Folder}/{name}") { Url = Address + name, Sha256 = Sha256[name] }], $"download {Address}{name}");
    }
}
