using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Images;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>How examples/Domains/Images finds and reads its sets, whatever they are packed in.</summary>
public sealed class ImageSetTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("libmoe-images-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void X_rays_are_the_same_from_one_npz_as_from_idx_files_in_another_order_of_what_is_learned()
    {
        byte[][] train = [Image(9), Image(3), Image(200)];
        Npz(("train", [.. train], [1, 0, 1]), ("val", [Image(7)], [1]), ("test", [Image(5), Image(4)], [0, 1]));
        var packed = ImageSets.Load("pneumonia", Files);

        Idx("pneumonia_mnist/train0", [train[2]], [1]);
        Idx("pneumonia_mnist/train1", [train[0], train[1]], [1, 0]);
        Idx("pneumonia_mnist/val", [Image(7)], [1]);
        Idx("pneumonia_mnist/test", [Image(5), Image(4)], [0, 1]);
        var loose = ImageSets.Load("pneumonia", Files);

        Assert.Equal(packed.Identity, loose.Identity);
        Assert.Equal([0, 1, 1], packed.Train.Labels);
        Assert.Equal(3 / 127.5f - 1, packed.Train.Values[0]);
        Assert.Equal([0, 1], packed.Test.Labels);
        Assert.Equal([1], packed.Validation!.Labels);
        Assert.Equal(["nearest neighbours", "logistic regression"], packed.Baselines.Select(baseline => baseline.Name));
    }

    [Fact]
    public void Of_garments_the_first_of_each_kind_are_taken_from_the_official_files()
    {
        Idx("fashion_mnist/train", [.. Enumerable.Range(0, 220).Select(number => Image(number))], [.. Enumerable.Repeat<byte>(3, 220)]);
        Idx("fashion_mnist/t10k", [Image(1), Image(2)], [0, 9]);

        Assert.Equal(100, ImageSets.Load("fashion-1000", Files).Train.Count);
        Assert.Equal(220, ImageSets.Load("fashion", Files).Train.Count);
        Assert.Equal([0, 9], ImageSets.Load("fashion", Files).Test.Labels);
    }

    [Theory]
    [InlineData("fashion", "fashion_mnist/train-images-idx3-ubyte.gz", "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/")]
    [InlineData("digits", "digits/digits.csv.gz", "https://raw.githubusercontent.com/scikit-learn/scikit-learn/1.2.1/")]
    [InlineData("pneumonia", "pneumonia_mnist/pneumoniamnist.npz", "https://zenodo.org/records/10519652/files/pneumoniamnist.npz")]
    public void What_is_missing_is_fetched_from_a_pinned_address_or_one_line_says_where_it_is(string set, string file, string address)
    {
        using var server = new NothingToFetch();
        using var nothing = new HttpClient(server);
        var missing = Assert.Throws<ConfigurationException>(() => ImageSets.Load(
            set, new DataFiles(new DataCache([_folder.FullName]), new Downloader(nothing))));

        Assert.StartsWith(address, Assert.Single(server.Asked), StringComparison.Ordinal);
        Assert.StartsWith($"{file} is in none of the data folders", missing.Message, StringComparison.Ordinal);
        Assert.Contains($": download {address}", missing.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', missing.Message);
    }

    [Fact]
    public void Arrays_of_other_numbers_than_bytes_are_refused()
    {
        Npz(("train", [Image(1)], [1]));
        var path = Path.Combine(_folder.FullName, "pneumonia_mnist", "pneumoniamnist.npz");
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            Add(zip, "floats.npy", Npy([0, 0, 0, 0], "(1,)", "<f4"));
            Add(zip, "text.npy", Encoding.ASCII.GetBytes("no array"));
        }

        Assert.Contains("'train_labels' is not there", Refused("train_labels", path + "x"), StringComparison.Ordinal);
        Assert.Contains(
            "the array 'floats' is not of bytes, row by row; it says {'descr': '<f4'", Refused("floats"), StringComparison.Ordinal);
        Assert.Contains("the array 'text' is no .npy file of version 1", Refused("text"), StringComparison.Ordinal);
        Assert.Contains("the array 'val_images' is not there", Refused("val_images"), StringComparison.Ordinal);

        string Refused(string array, string? other = null)
        {
            if (other is not null)
            {
                using var zip = ZipFile.Open(other, ZipArchiveMode.Create);
            }

            return Assert.Throws<InvalidDataException>(() => NpzFile.Bytes(other ?? path, array)).Message;
        }
    }

    [SkippableFact]
    public void X_rays_are_as_many_as_their_authors_say()
    {
        var files = new DataFiles();
        Skip.If(
            files.Cache.Find("pneumonia_mnist/val-images-idx3-ubyte.gz") is null
            && files.Cache.Find("pneumonia_mnist/pneumoniamnist.npz") is null,
            "pneumonia_mnist is in no data folder of this machine.");
        var data = ImageSets.Load("pneumonia", files);

        Assert.Equal((4708, 524, 624), (data.Train.Count, data.Validation!.Count, data.Test.Count));
        Assert.Equal(3494, data.Train.Labels.Sum());
    }

    private DataFiles Files => new(new DataCache([_folder.FullName]));

    private static byte[] Image(int grey) => [.. Enumerable.Repeat((byte)grey, 4)];

    private void Idx(string name, byte[][] images, byte[] labels)
    {
        Gzip($"{name}-images-idx3-ubyte.gz", 0x803, [images.Length, 2, 2], [.. images.SelectMany(image => image)]);
        Gzip($"{name}-labels-idx1-ubyte.gz", 0x801, [labels.Length], labels);
    }

    private void Gzip(string name, int magic, int[] sizes, byte[] content)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var zipped = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        foreach (var number in sizes.Prepend(magic))
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(bytes, number);
            zipped.Write(bytes);
        }

        zipped.Write(content);
    }

    private void Npz(params (string Part, byte[][] Images, byte[] Labels)[] parts)
    {
        using var zip = ZipFile.Open(
            Path.Combine(_folder.CreateSubdirectory("pneumonia_mnist").FullName, "pneumoniamnist.npz"), ZipArchiveMode.Create);
        foreach (var (part, images, labels) in parts)
        {
            Add(zip, $"{part}_images.npy", Npy([.. images.SelectMany(image => image)], $"({images.Length}, 2, 2)"));
            Add(zip, $"{part}_labels.npy", Npy(labels, $"({labels.Length}, 1)"));
        }
    }

    /// <summary>As NumPy writes it: the text is filled with spaces, so that numbers begin at a multiple of 64.</summary>
    private static byte[] Npy(byte[] content, string shape, string type = "|u1")
    {
        var text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. Encoding.ASCII.GetBytes(text), .. content];
    }

    private static void Add(ZipArchive zip, string name, byte[] bytes)
    {
        using var entry = zip.CreateEntry(name).Open();
        entry.Write(bytes);
    }
}
