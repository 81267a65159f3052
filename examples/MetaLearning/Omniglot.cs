using System.IO.Compression;
using LibMoE.Runtime;

namespace MetaLearning;

/// <summary>Omniglot (Lake et al. 2015), the small background sets: characters of five alphabets, each drawn by 20 people. Set 1 is learned
/// from; set 2 measures, without the 50 characters that set 1 has too.</summary>
internal static class Omniglot
{
    /// <summary>Drawings of 105 by 105 pixels become 21 by 21 shares of ink.</summary>
    public const int Side = 21;

    private const int Block = 5;
    private const string Url =
        "https://raw.githubusercontent.com/brendenlake/omniglot/057f034baf2ecb8530bc5710e5a23584d2a519cc/python/";

    private static readonly (string Name, string Sha256)[] Sets =
    [
        ("images_background_small1.zip", "f38eb80f801274ac2b4dff5b24289016bfaba4a7d5bb50deebf27104ad6cb8a4"),
        ("images_background_small2.zip", "3ccaa407515a8778e5d0861875af38b17e418f301ad5bb3b5a6b65d901a41c7f"),
    ];

    /// <summary>Reads both sets.</summary>
    public static FewShotData Load()
    {
        var files = new DataFiles();
        List<IReadOnlyList<Character>> sets = [.. Sets.Select(set => Read(files.Require(
            [new($"omniglot/{set.Name}") { Url = Url + set.Name, Sha256 = set.Sha256 }], $"download {Url}{set.Name}")))];
        var unseen = Character.Unseen(sets[1], sets[0]);
        List<string> alphabets = [.. unseen.Select(character => character.Alphabet).Distinct()];
        return new FewShotData("Omniglot, small background sets", Rows(sets[0], null), Rows(unseen, alphabets)) { Groups = alphabets };
    }

    private static List<Character> Read(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        return
        [
            .. from entry in zip.Entries
               where entry.Name.EndsWith(".png", StringComparison.Ordinal)
               orderby entry.FullName
               let parts = entry.FullName.Split('/')
               group entry by (Alphabet: parts[^3], Name: parts[^2]) into drawings
               select new Character(drawings.Key.Alphabet, drawings.Key.Name, [.. drawings.Select(Bytes)]),
        ];
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static LabelledRows Rows(IReadOnlyList<Character> characters, List<string>? alphabets)
    {
        var drawings = characters.Index().SelectMany(item => item.Item.Drawings.Select(bytes => (item.Index, item.Item, Bytes: bytes)))
            .ToList();
        var values = new float[drawings.Count][];
        Parallel.For(0, drawings.Count, at => values[at] = Ink(ImageReader.Decode(drawings[at].Bytes, drawings[at].Item.Name)));
        return new LabelledRows(
            [.. values.SelectMany(value => value)], [1, Side, Side], [.. drawings.Select(drawing => drawing.Index)],
            alphabets is null ? null : [.. drawings.Select(drawing => alphabets.IndexOf(drawing.Item.Alphabet))]);
    }

    /// <summary>The share of black pixels in each block of 5 by 5.</summary>
    private static float[] Ink(RgbImage image)
    {
        var ink = new float[Side * Side];
        for (var at = 0; at < image.Width * image.Height; at++)
        {
            if (image.Pixels[3 * at] < 128)
            {
                ink[at / image.Width / Block * Side + at % image.Width / Block] += 1f / (Block * Block);
            }
        }

        return ink;
    }
}
