using System.IO.Compression;
using System.Text;
using LibMoE.Runtime.Data.Sources;

namespace LibMoE.Runtime.Tests.Data;

public sealed class FileSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_of_many_files_has_one_document_a_file_and_other_kinds_of_files_are_left_alone()
    {
        _folder.Write("b.txt", "second\n\nparagraph");
        _folder.Write("sub/a.md", "third");
        _folder.Write("a.txt.gz", Gzip("first"));
        _folder.Write("photo.png", [0x89, 0x50, 0]);
        for (var i = 0; i < 7; i++)
        {
            _folder.Write($"sub/b{i}.txt", $"{i}");
        }

        var documents = Read(_folder.Path);

        Assert.Equal([new("a.txt.gz", "first"), new("b.txt", "second\n\nparagraph"), new Document("sub/a.md", "third")], documents.Take(3));
        Assert.Equal(10, documents.Count);
    }

    [Fact]
    public void Few_files_are_cut_so_that_a_part_of_each_can_be_held_out()
    {
        var text = string.Concat(Enumerable.Range(0, 400).Select(i => $"Paragraph {i} has\ntwo lines.\n\n"));
        _folder.Write("a.txt", text);
        _folder.Write("b.txt", text);

        var documents = Read(_folder.Path);

        Assert.InRange(documents.Count(document => document.Name.StartsWith("a.txt from ", StringComparison.Ordinal)), 40, 50);
        Assert.Equal(text + text, string.Concat(documents.Select(document => document.Text)));
    }

    [Fact]
    public void A_text_without_line_ends_is_cut_nevertheless_and_never_within_a_character()
    {
        var text = string.Concat(Enumerable.Repeat("🙂x", 900_000));
        var documents = Read(_folder.Write("long.txt", text));

        Assert.True(documents.Count > 1);
        Assert.All(documents, document => Assert.InRange(document.Text.Length, 1, TextCut.Longest * 2));
        Assert.All(documents, document => Assert.False(char.IsLowSurrogate(document.Text[0])));
        Assert.Equal(text, string.Concat(documents.Select(document => document.Text)));
    }

    [Fact]
    public void One_file_is_cut_between_paragraphs_and_nothing_is_lost()
    {
        var text = string.Concat(Enumerable.Range(0, 400).Select(i => $"Paragraph {i} has\ntwo lines.\n\n"));
        var documents = Read(_folder.Write("book.anything", text));

        Assert.InRange(documents.Count, 80, 100);
        Assert.Equal(
            text, string.Concat(documents.OrderBy(document => document.Name, StringComparer.Ordinal).Select(document => document.Text)));
        Assert.All(documents, document => Assert.StartsWith("Paragraph", document.Text));
        Assert.All(documents, document => Assert.EndsWith("two lines.\n\n", document.Text));
    }

    [Fact]
    public void A_file_without_paragraphs_is_cut_between_lines()
    {
        var documents = Read(_folder.Write("lines.txt", "one\ntwo\nthree"));

        Assert.Equal(["one\n", "two\n", "three"], documents.Select(document => document.Text));
    }

    [Fact]
    public void A_folder_with_a_single_file_is_cut_as_that_file()
    {
        var file = _folder.Write("lines.txt", "one\ntwo\nthree");

        Assert.Equal(Read(file), Read(_folder.Path));
    }

    [Fact]
    public void A_byte_order_mark_is_no_text()
    {
        var documents = Read(_folder.Write("mark.txt", [0xEF, 0xBB, 0xBF, .. "one\ntwo"u8]));

        Assert.Equal("one\n", documents[0].Text);
    }

    [Fact]
    public void A_missing_path_is_named_with_what_is_allowed()
    {
        var path = Path.Combine(_folder.Path, "nowhere");

        Assert.Equal(
            $"The corpus {path} does not exist; name a file, or a folder of .txt, .md, .jsonl, .ndjson, .json, .parquet files (all "
                + "but .parquet also as .gz).",
            Assert.Throws<ConfigurationException>(() => Corpus.Load(path)).Message);
    }

    [Fact]
    public void An_empty_folder_is_refused() =>
        Assert.Equal($"The corpus {_folder.Path} is empty: the folder holds no .txt, .md, .jsonl, .ndjson, .json, .parquet file (nor one "
            + "of these as .gz).", Refusal(_folder.Path));

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

        Assert.Equal($"The corpus file {path}, line 1, is not text: it has a zero byte at 2; it takes UTF-8 text.", Refusal(path));
    }

    [Fact]
    public void What_is_not_utf8_is_no_text()
    {
        var path = _folder.Write("latin1.txt", [.. "Un\nCaf"u8, 0xE9, .. " au lait"u8]);

        Assert.Equal($"The corpus file {path}, line 2, is not text: it is not UTF-8 at byte 6.", Refusal(path));
    }

    [Fact]
    public void A_file_that_only_pretends_to_be_gzip_is_refused()
    {
        var path = _folder.Write("fake.txt.gz", "plain");

        Assert.Equal($"The corpus file {path} ends in .gz but is not a gzip file.", Refusal(path));
    }

    [Fact]
    public void A_gzip_file_that_ends_early_is_refused_where_it_ends()
    {
        var whole = Gzip(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i * 7919}\n")));
        var path = _folder.Write("cut.txt.gz", whole[..(whole.Length / 2)]);

        Assert.Matches(@"^The corpus file \S+cut.txt.gz, line [1-9]\d+, is damaged or cut short \(.*\)\.$", Refusal(path));
    }

    [Fact]
    public void A_gzip_file_whose_checksum_is_wrong_is_refused()
    {
        var bytes = Gzip("one\ntwo\n");
        bytes[^5] ^= 1;

        Assert.Contains("is damaged or cut short", Refusal(_folder.Write("bad.txt.gz", bytes)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_character_that_ends_early_is_no_text()
    {
        var path = _folder.Write("cut.txt", [.. "ab"u8, 0xE2, 0x82]);

        Assert.StartsWith(
            $"The corpus file {path}, line 1, is not text: it is not UTF-8 at byte ", Refusal(path), StringComparison.Ordinal);
    }

    private static List<Document> Read(string path) => [.. new FileSource([path], "text").Read()];

    private static string Refusal(string path) => Assert.Throws<ConfigurationException>(() => Read(path)).Message;

    internal static byte[] Gzip(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionMode.Compress))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }
}
