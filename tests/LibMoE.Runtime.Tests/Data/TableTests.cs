using LibMoE.Runtime.Data.Sources;
using Parquet;
using Parquet.Serialization;

namespace LibMoE.Runtime.Tests.Data;

public sealed class TableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Json_lines_are_a_document_each_named_by_their_line()
    {
        var path = _folder.Write("a.jsonl", "{\"text\":\"one\",\"id\":1}\n\n{\"text\":\"two\\nlines\"}\n{\"text\":\"\"}\n{\"text\":\"é\"}");

        Assert.Equal(
            [new("a.jsonl line 000000001", "one"), new("a.jsonl line 000000003", "two\nlines"), new Document(
                "a.jsonl line 000000005", "é")],
            Read(path));
    }

    [Fact]
    public void A_field_may_lie_in_an_object_and_the_file_may_be_compressed()
    {
        var path = _folder.Write("a.jsonl.gz", FileSourceTests.Gzip("{\"page\":{\"body\":\"one\"}}\n{\"page\":{\"body\":\"two\"}}\n"));

        Assert.Equal(["one", "two"], Read(path, "page.body").Select(document => document.Text));
    }

    [Theory]
    [InlineData("{\"text\":\"a\"}\n{\"body\":\"b\"}", "line 2, cannot be used: the field 'text' is missing; the row has body.")]
    [InlineData("{\"text\":\"a\"}\n{\"text\":null}", "line 2, cannot be used: the field 'text' is null where a value is needed.")]
    [InlineData("{\"text\":[\"a\"]}", "line 1, cannot be used: the field 'text' is a list where a text is needed.")]
    [InlineData("{\"text\":\"a\"}\n\n{\"text\":", "line 3, cannot be used: this is not JSON (")]
    [InlineData("[1]", "line 1, cannot be used: the line is no JSON object.")]
    [InlineData("{\"text\":\"\\ud800\"}", "line 1, cannot be used: the field 'text' ")]
    [InlineData("{\"text\":\"a\",\"x\\udc00\":1}",
        "line 1, cannot be used: the name of a field is not text: it escapes half a surrogate pair.")]
    [InlineData("{\"text\":\"a\",\"text\":\"b\"}", "line 1, cannot be used: this is not JSON (")]
    public void What_is_wrong_is_said_with_file_and_line(string content, string problem)
    {
        var path = _folder.Write("a.jsonl", content);

        var message = Assert.Throws<ConfigurationException>(() => Read(path)).Message;

        Assert.StartsWith($"The corpus file {path}, {problem}", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public async Task Parquet_rows_are_a_document_each()
    {
        var path = await Parquet("rows.parquet", ["one", "two\nlines", ""]);

        Assert.Equal([new("rows.parquet row 000000001", "one"), new Document("rows.parquet row 000000002", "two\nlines")], Read(path));
    }

    [Fact]
    public async Task Texts_may_be_so_long_that_a_pages_header_is()
    {
        string[] texts =
            [.. Enumerable.Range(0, 4).Select(i => string.Concat(Enumerable.Range(0, 20_000).Select(j => $"{i * 7919 * j % 10_007} ")))];

        Assert.Equal(texts, Read(await Parquet("rows.parquet", texts)).Select(document => document.Text));
    }

    [Fact]
    public async Task Groups_of_rows_are_read_one_after_the_other()
    {
        var path = await Parquet(
            "rows.parquet", [.. Enumerable.Range(0, 95).Select(i => $"text {i}")], new ParquetOptions { RowGroupSize = 10 });

        Assert.Equal(Enumerable.Range(0, 95).Select(i => $"text {i}"), Read(path).Select(document => document.Text));
        Assert.Equal("rows.parquet row 000000095", Read(path)[^1].Name);
    }

    [Theory]
    [InlineData("body", "the field 'body' is missing; the table has id, text, tags.list.element.")]
    [InlineData("id", "the field 'id' is of type Int32 where a text is needed.")]
    [InlineData("tags.list.element", "the field 'tags.list.element' is a list where a text is needed.")]
    public async Task A_column_that_is_no_text_is_refused(string field, string problem)
    {
        var path = await Parquet("rows.parquet", ["one", "two"]);

        Assert.Equal(
            $"The corpus file {path} cannot be used: {problem}", Assert.Throws<ConfigurationException>(() => Read(path, field)).Message);
    }

    [Fact]
    public async Task A_null_is_refused_with_its_row()
    {
        var path = await Parquet("rows.parquet", ["one", null]);

        Assert.Equal(
            $"The corpus file {path}, line 2, cannot be used: the field 'text' is null where a text is needed.",
            Assert.Throws<ConfigurationException>(() => Read(path)).Message);
    }

    [Fact]
    public void A_compressed_parquet_file_is_to_be_decompressed() => Assert.EndsWith(
        "rows.parquet.gz cannot be used: a Parquet file is compressed within itself; decompress the .gz.",
        Assert.Throws<ConfigurationException>(() => Read(_folder.Write("rows.parquet.gz", FileSourceTests.Gzip("PAR1")))).Message,
        StringComparison.Ordinal);

    public static TheoryData<string, string> DamagedParquet => new()
    {
        { "a short file", "it is too short" },
        { "another beginning", "it does not begin and end with PAR1" },
        { "another end", "it does not begin and end with PAR1" },
        { "metadata longer than the file", "its metadata are to have 4294967295 bytes, which it is too short for" },
        { "metadata that end early", "its metadata end 1 bytes before they should" },
        { "metadata cut off", "its metadata" },
        { "metadata of ones", "its metadata" },
        { "pages of zeros", "" },
    };

    [Theory]
    [MemberData(nameof(DamagedParquet))]
    public async Task A_damaged_parquet_file_is_refused_by_name(string damage, string problem)
    {
        var path = await Parquet("rows.parquet", ["one", "two"]);
        var good = File.ReadAllBytes(path);
        var length = BitConverter.ToInt32(good, good.Length - 8);
        File.WriteAllBytes(path, damage switch
        {
            "a short file" => good[..11],
            "another beginning" => [.. "PAR2"u8, .. good[4..]],
            "another end" => [.. good[..^4], .. "PARE"u8],
            "metadata longer than the file" => [.. good[..^8], .. BitConverter.GetBytes(uint.MaxValue), .. good[^4..]],
            "metadata that end early" => [.. good[..^8], 0, .. BitConverter.GetBytes(length + 1), .. good[^4..]],
            "metadata cut off" => [.. good[..^18], .. BitConverter.GetBytes(length - 10), .. good[^4..]],
            "metadata of ones" => [.. good[..^(length + 8)], .. Enumerable.Repeat((byte)0xFF, length), .. good[^8..]],
            _ => [.. good[..4], .. new byte[good.Length - length - 12], .. good[^(length + 8)..]],
        });

        Assert.StartsWith(
            $"The corpus file {path}{(problem.Length == 0 ? ", line 1," : "")} cannot be used: this is not a readable "
                + $"Parquet file ({problem}",
            Assert.Throws<ConfigurationException>(() => Read(path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_formats_of_a_folder_are_read_in_the_order_of_their_names()
    {
        await Parquet("c.parquet", ["parquet"]);
        _folder.Write("a.jsonl", "{\"text\":\"json\"}");
        _folder.Write("b.txt", "plain");

        Assert.Equal(["json", "plain", "parquet"], Read(_folder.Path).Select(document => document.Text));
    }

    private static List<Document> Read(string path, string field = "text") => [.. new FileSource([path], field).Read()];

    private async Task<string> Parquet(string name, string?[] texts, ParquetOptions? options = null)
    {
        using var stream = new MemoryStream();
        await ParquetSerializer.SerializeAsync(texts.Select((text, index) => new Row { id = index, text = text }), stream, options);
        return _folder.Write(name, stream.ToArray());
    }

    internal sealed class Row
    {
        public int id { get; set; }

        public string? text { get; set; }

        public List<string> tags { get; set; } = ["a"];
    }
}
