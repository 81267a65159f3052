using Parquet.Serialization;

namespace LibMoE.Runtime.Tests;

public sealed class TableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Json_lines_are_a_document_each_named_by_their_line()
    {
        var path = _folder.Write("a.jsonl", "{\"text\":\"one\",\"id\":1}\n\n{\"text\":\"two\\nlines\"}\n{\"text\":\"\"}\n{\"text\":\"é\"}");

        Assert.Equal(
            [new("a.jsonl line 000000001", "one"), new("a.jsonl line 000000003", "two\nlines"), new Document("a.jsonl line 000000005", "é")],
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
    [InlineData("{\"text\":\"a\"}\n{\"text\":null}", "line 2, cannot be used: the field 'text' is missing; the row has text.")]
    [InlineData("{\"text\":[\"a\"]}", "line 1, cannot be used: the field 'text' is a list where a text is needed.")]
    [InlineData("{\"text\":\"a\"}\n\n{\"text\":", "line 3, cannot be used: this is not JSON (")]
    [InlineData("[1]", "line 1, cannot be used: the line is no JSON object.")]
    [InlineData("{\"text\":\"\\ud800\"}", "line 1, cannot be used: the field 'text' ")]
    [InlineData("{\"text\":\"a\",\"x\\udc00\":1}", "line 1, cannot be used: the name of a field is no text: it escapes half a surrogate pair.")]
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
    public async Task A_damaged_parquet_file_is_refused_by_name()
    {
        var path = await Parquet("rows.parquet", ["one", "two"]);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^9]);

        Assert.StartsWith(
            $"The corpus file {path} cannot be used: this is not a readable Parquet file (",
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

    private async Task<string> Parquet(string name, string[] texts)
    {
        using var stream = new MemoryStream();
        await ParquetSerializer.SerializeAsync(texts.Select((text, index) => new Row { id = index, text = text }), stream);
        return _folder.Write(name, stream.ToArray());
    }

    internal sealed class Row
    {
        public int id { get; set; }

        public string text { get; set; } = "";
    }
}
