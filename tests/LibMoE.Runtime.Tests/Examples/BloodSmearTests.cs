using System.IO.Compression;
using System.Text;
using Detection;
using SkiaSharp;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>How examples/Domains/Detection reads smears and their boxes.</summary>
public sealed class BloodSmearTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("libmoe-smears-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Boxes_are_cut_to_the_image_and_those_without_area_are_left_out()
    {
        var read = Read(Object("RBC", 600, 400, 700, 500), Object("WBC", 504, 337, 504, 337), Object("Platelets", 1, 2, 30, 40));

        Assert.Equal(
            [new Cell(Smear.Red, new Box(600, 400, 640, 480)), new Cell(Smear.Platelet, new Box(1, 2, 30, 40))], read.Cells);
    }

    [Theory]
    [InlineData("<annotation><size>", "one.xml is no XML file: ")]
    [InlineData("<annotation></annotation>", "one.xml has a annotation without size.")]
    public void A_damaged_file_is_refused(string xml, string message) => Assert.StartsWith(
        message,
        Assert.Throws<InvalidDataException>(() => Annotation.Read(new MemoryStream(Encoding.UTF8.GetBytes(xml)), "one.xml")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void What_is_no_cell_is_refused() => Assert.Equal(
        "one.xml names 'dust'; a cell is one of RBC, WBC, Platelets.",
        Assert.Throws<InvalidDataException>(() => Read(Object("dust", 1, 1, 2, 2))).Message);

    [Fact]
    public void Smears_are_means_of_blocks_with_boxes_a_quarter_as_large_in_the_parts_of_the_lists()
    {
        Write(("BloodImage_a", 40), ("BloodImage_b", 80), ("BloodImage_c", 120));
        foreach (var (list, name) in new[] { ("train", "BloodImage_a"), ("val", "BloodImage_b"), ("test", "BloodImage_c") })
        {
            File.WriteAllText(PathOf($"{list}.txt"), name + "\n");
        }

        var files = new DataFiles(new DataCache([_folder.FullName]));
        var smears = BloodSmears.Load(files: files, sha256: null);

        Assert.Equal(["BloodImage_a", "BloodImage_b"], smears.Train.Select(smear => smear.Name));
        Assert.Equal(["BloodImage_c"], smears.Test.Select(smear => smear.Name));
        Assert.All(smears.Test[0].Pixels, value => Assert.Equal(120, value));
        Assert.Equal([new Cell(Smear.White, new Box(10, 20, 30, 40))], smears.Test[0].Cells);
        Assert.Equal(["BloodImage_b"], BloodSmears.Load(BloodSmears.OfValidation, files, sha256: null).Test.Select(smear => smear.Name));
        Assert.Contains(
            "of its 6 files has the SHA-256 ", Assert.Throws<InvalidDataException>(() => BloodSmears.Load(files: files)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Where_they_are_missing_one_line_says_how_to_get_them()
    {
        foreach (var list in new[] { "train", "val", "test" })
        {
            File.WriteAllText(PathOf($"{list}.txt"), "a\n");
        }

        var missing = Assert.Throws<ConfigurationException>(
            () => BloodSmears.Load(files: new DataFiles(new DataCache([_folder.FullName]))));

        const string Archive = "d272fb14cdff6e473fafeeeba32aba5f560e9e43.zip";
        Assert.StartsWith($"bccd/BCCD_Dataset-{Archive} is in none of the data folders", missing.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            $": download https://github.com/Shenggan/BCCD_Dataset/archive/{Archive} and put it there.", missing.Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain('\n', missing.Message);
    }

    [SkippableFact]
    public void The_data_set_has_the_cells_that_its_authors_marked()
    {
        var files = new DataFiles();
        Skip.If(files.Cache.Find("bccd/annotations.zip") is null, "bccd is in no data folder of this machine.");
        var smears = BloodSmears.Load(files: files);
        var all = smears.Train.Concat(smears.Test).ToList();

        Assert.Equal((292, 72), (smears.Train.Count, smears.Test.Count));

        // 4,155, 372 and 361 are marked; two of the red ones are points.
        Assert.Equal([4153, 372, 361], Enumerable.Range(0, 3).Select(kind => all.Sum(smear => smear.Of(kind).Count)));
        Assert.All(all.SelectMany(smear => smear.Cells), cell => Assert.Equal(cell.Box, cell.Box.Within(Smear.Width, Smear.Height)));
    }

    private static Annotation Read(params string[] cells) =>
        Annotation.Read(new MemoryStream(Encoding.UTF8.GetBytes(Xml(cells))), "one.xml");

    private static string Xml(params string[] cells) =>
        $"<annotation><size><width>640</width><height>480</height></size>{string.Concat(cells)}</annotation>";

    private static string Object(string name, int left, int top, int right, int bottom) =>
        $"<object><name>{name}</name><bndbox><xmin>{left}</xmin><ymin>{top}</ymin><xmax>{right}</xmax><ymax>{bottom}</ymax></bndbox>"
        + "</object>";

    private string PathOf(string name) => Path.Combine(_folder.CreateSubdirectory("bccd").FullName, name);

    /// <summary>Grey pictures, in archives as the data set is packed.</summary>
    private void Write(params (string Name, byte Grey)[] pictures)
    {
        using var annotations = ZipFile.Open(PathOf("annotations.zip"), ZipArchiveMode.Create);
        for (var (part, each) = (0, pictures.Length / 3); part < 3; part++)
        {
            using var images = ZipFile.Open(PathOf($"images{part}.zip"), ZipArchiveMode.Create);
            foreach (var (name, grey) in pictures.Skip(part * each).Take(each))
            {
                using var bitmap = new SKBitmap(640, 480);
                bitmap.Erase(new SKColor(grey, grey, grey));
                using var png = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
                Add(images, $"{name}.png", png.ToArray());
                Add(annotations, $"{name}.xml", Encoding.UTF8.GetBytes(Xml(Object("WBC", 40, 80, 120, 160))));
            }
        }
    }

    private static void Add(ZipArchive zip, string name, byte[] bytes)
    {
        using var entry = zip.CreateEntry(name).Open();
        entry.Write(bytes);
    }
}
