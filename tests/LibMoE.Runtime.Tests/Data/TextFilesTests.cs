using System.IO.Compression;
using System.Text;

namespace LibMoE.Runtime.Tests;

public sealed class TextFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_has_one_document_a_file_and_other_kinds_of_files_are_left_alone()
    {
        _folder.Write("b.txt", "second");
        _folder.Write("sub/a.md", "third");
        _folder.Write("a.txt.gz", Gzip("first"));
        _folder.Write("photo.png", [0x89, 0x50, 0]);

        var documents = TextFiles.Read(_folder.Path);

        Assert.Equal([new("a.txt.gz", "first"), new("b.txt", "second"), new Document("sub/a.md", "third")], documents);
    }

    [Fact]
    public void One_file_is_cut_between_paragraphs_and_nothing_is_lost()
    {
        var text = string.Concat(Enumerable.Range(0, 400).Select(i => $"Paragraph {i} has\ntwo lines.\n\n"));
        var documents = TextFiles.Read(_folder.Write("book.anything", text));

        Assert.InRange(documents.Count, 80, 100);
        Assert.Equal(text, string.Concat(documents.OrderBy(document => document.Name, StringComparer.Ordinal).Select(document => document.Text)));
        Assert.All(documents, document => Assert.StartsWith("Paragraph", document.Text));
        Assert.All(documents, document => Assert.EndsWith("two lines.\n\n", document.Text));
    }

    [Fact]
    public void A_file_without_paragraphs_is_cut_between_lines()
    {
        var documents = TextFiles.Read(_folder.Write("lines.txt", "one\ntwo\nthree"));

        Assert.Equal(["one\n", "two\n", "three"], documents.Select(document => document.Text));
    }

    [Fact]
    public void A_folder_with_a_single_file_is_cut_as_that_file()
    {
        var file = _folder.Write("lines.txt", "one\ntwo\nthree");

        Assert.Equal(TextFiles.Read(file), TextFiles.Read(_folder.Path));
    }

    [Fact]
    public void A_byte_order_mark_is_no_text()
    {
        var documents = TextFiles.Read(_folder.Write("mark.txt", [0xEF, 0xBB, 0xBF, .. "one\ntwo"u8]));

        Assert.Equal("one\n", documents[0].Text);
    }

    [Fact]
    public void A_missing_path_is_named_with_what_is_allowed()
    {
        var path = Path.Combine(_folder.Path, "nowhere");

        Assert.Equal(
            $"The corpus {path} does not exist; name a text file or a folder of .txt, .md, .txt.gz, .md.gz files.",
            Assert.Throws<ConfigurationException>(() => Corpus.Load(path)).Message);
    }

    [Fact]
    public void An_empty_folder_is_refused() =>
        Assert.Equal($"The corpus {_folder.Path} is empty: the folder holds no .txt, .md, .txt.gz, .md.gz file.", Refusal(_folder.Path));

    [Fact]
    public void An_empty_file_is_refused()
    {
        var path = _folder.Write("nothing.txt", "");

        Assert.Equal($"The corpus file {path} is empty; it takes UTF-8 text.", Refusal(path));
    }

    [Fact]
    public void A_zero_byte_is_no_text()
    {
        var path = _folder.Write("binary.txt", [65, 66, 0, 67]);

        Assert.Equal($"The corpus file {path} is not text: it has a zero byte at 2; it takes UTF-8 text.", Refusal(path));
    }

    [Fact]
    public void What_is_not_utf8_is_no_text()
    {
        var path = _folder.Write("latin1.txt", [.. "Caf"u8, 0xE9, .. " au lait"u8]);

        Assert.Equal($"The corpus file {path} is not text: it is not UTF-8 at byte 3.", Refusal(path));
    }

    [Fact]
    public void A_file_that_only_pretends_to_be_gzip_is_refused()
    {
        var path = _folder.Write("fake.txt.gz", "plain");

        Assert.Equal($"The corpus file {path} ends in .gz but is not a gzip file.", Refusal(path));
    }

    private static string Refusal(string path) => Assert.Throws<ConfigurationException>(() => TextFiles.Read(path)).Message;

    private static byte[] Gzip(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionMode.Compress))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }
}
