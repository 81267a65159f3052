using System.Collections.Concurrent;
using Domains;
using LibMoE.Runtime;

namespace Detection;

/// <summary>BCCD: 364 smears with boxes around red cells, white cells and platelets, in its official parts. Not for clinical use.</summary>
/// <param name="Train">What is learned from.</param>
/// <param name="Test">What is measured.</param>
internal sealed record BloodSmears(IReadOnlyList<Smear> Train, IReadOnlyList<Smear> Test)
{
    public const string OfTest = "test", OfValidation = "validation";

    private const string Commit = "d272fb14cdff6e473fafeeeba32aba5f560e9e43";
    private const string Lists = $"https://raw.githubusercontent.com/Shenggan/BCCD_Dataset/{Commit}/BCCD/ImageSets/Main/";
    private const string Archive = $"https://github.com/Shenggan/BCCD_Dataset/archive/{Commit}.zip";

    /// <summary>Of the 364 images and their annotations; see <see cref="PinnedEntries"/>.</summary>
    private const string Sha256 = "a4408bf5064783749a5b5f3fd164bd86d9f2a6a7c334e5fe45eadf13e4c82bb2";

    private static readonly string[] Parts = ["annotations.zip", "images0.zip", "images1.zip", "images2.zip"];

    /// <summary>Reads everything once.</summary>
    /// <param name="heldOut">Which part is measured. The test part is, after training and validation part were learned from; choices were
    /// made on the validation part, after the training part alone.</param>
    /// <param name="files">The data folders; null takes those of this user.</param>
    /// <param name="sha256">What images and annotations are held to; null accepts any.</param>
    /// <exception cref="ConfigurationException">There is no such part, or the data are nowhere.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static BloodSmears Load(string? heldOut = null, DataFiles? files = null, string? sha256 = Sha256)
    {
        var part = string.IsNullOrEmpty(heldOut) ? OfTest : heldOut;
        if (part is not (OfTest or OfValidation))
        {
            throw new ConfigurationException($"Detection:HeldOut is '{part}'; it must be {OfTest} or {OfValidation}.");
        }

        var found = files ?? new DataFiles();
        var train = Names(found, "train.txt", "89bda91b6f96f9678f29b0bfe42565e0bea073d0055e0210548f7bcb17183ede");
        var validation = Names(found, "val.txt", "34b01f4b5e492e9f49d8173379a8f6fe72efb8c3a7cc51048daddb06758154fa");
        var test = Names(found, "test.txt", "9cadeca2bb1d186b22b27c56b14c95e46c4c44d0fbc7a918bf96af9fb5064742");
        var smears = Read(found, sha256);
        return part == OfTest
            ? new BloodSmears(Of([.. train, .. validation]), Of(test))
            : new BloodSmears(Of(train), Of(validation));

        IReadOnlyList<Smear> Of(IReadOnlyList<string> names) => [.. names.Select(name => smears.TryGetValue(name, out var smear)
            ? smear
            : throw new InvalidDataException($"bccd has no image and annotation of {name}, which its lists name."))];
    }

    private static string[] Names(DataFiles files, string list, string sha256) =>
        File.ReadAllText(files.Require([new($"bccd/{list}") { Url = Lists + list, Sha256 = sha256 }], $"download {Lists}{list}"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>From the parts that the set was packed in, or else from the archive of its repository, which is packed anew for each
    /// download: people put it there, and what is in it is held to its hash.</summary>
    private static ConcurrentDictionary<string, Smear> Read(DataFiles files, string? sha256)
    {
        List<string> parts = [.. Parts.Select(part => files.Cache.Find($"bccd/{part}")).OfType<string>()];
        if (parts.Count < Parts.Length)
        {
            parts = [files.Require([new($"bccd/BCCD_Dataset-{Commit}.zip")], $"download {Archive} and put it there")];
        }

        var all = PinnedEntries.Read(parts, name => name.StartsWith("BloodImage_", StringComparison.Ordinal));
        PinnedEntries.Check(all, string.Join(", ", parts), sha256);
        var annotations = all.Where(file => file.Name.EndsWith(".xml", StringComparison.Ordinal))
            .Select(file => Annotation.Read(new MemoryStream(file.Bytes), file.Name)).ToDictionary(one => one.Name);
        var smears = new ConcurrentDictionary<string, Smear>();
        Parallel.ForEach(all.Where(file => !file.Name.EndsWith(".xml", StringComparison.Ordinal)), file =>
        {
            if (annotations.TryGetValue(Path.GetFileNameWithoutExtension(file.Name), out var known))
            {
                smears[known.Name] = Small(ImageReader.Decode(file.Bytes, file.Name), known);
            }
        });
        return smears;
    }

    /// <summary>The mean of each block of pixels.</summary>
    private static Smear Small(RgbImage image, Annotation annotation)
    {
        var scale = image.Width / Smear.Width;
        if (image.Width != scale * Smear.Width || image.Height != scale * Smear.Height
            || (annotation.Width, annotation.Height) != (image.Width, image.Height))
        {
            throw new InvalidDataException(
                $"{annotation.Name} has {image.Width} by {image.Height} pixels, {annotation.Width} by {annotation.Height} by its "
                + $"annotation; it must be a whole multiple of {Smear.Width} by {Smear.Height}.");
        }

        var pixels = new byte[3 * Smear.Width * Smear.Height];
        for (var at = 0; at < pixels.Length; at++)
        {
            var (colour, column, row) = (at % 3, at / 3 % Smear.Width, at / 3 / Smear.Width);
            var sum = 0;
            for (var part = 0; part < scale * scale; part++)
            {
                var (x, y) = (column * scale + part % scale, row * scale + part / scale);
                sum += image.Pixels[3 * (y * image.Width + x) + colour];
            }

            pixels[at] = (byte)((sum + scale * scale / 2) / (scale * scale));
        }

        return new Smear(annotation.Name, pixels, [.. annotation.Cells.Select(cell => cell with { Box = Shrunk(cell.Box, scale) })])
        {
            Scale = scale,
        };
    }

    private static Box Shrunk(Box box, double by) => new(box.Left / by, box.Top / by, box.Right / by, box.Bottom / by);
}
