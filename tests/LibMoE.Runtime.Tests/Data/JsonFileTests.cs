using LibMoE.Runtime.Data.Sources;

namespace LibMoE.Runtime.Tests.Data;

/// <summary>C4 and Dolma are JSON lines in files that end in .json.gz; other files of that ending are not text.</summary>
public sealed class JsonFileTests : IDisposable
{
    private const string Lines = "{\"text\":\"one\",\"url\":\"a\"}\n{\"text\":\"two\",\"url\":\"b\"}\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("c4-train.00000-of-01024.json.gz")]
    [InlineData("part.JSON")]
    public void Lines_of_JSON_are_read_by_their_field_under_the_ending_of_C4_and_Dolma(string name)
    {
        var path = _folder.Write(
            name, name.EndsWith(".gz", StringComparison.Ordinal) ? FileSourceTests.Gzip(Lines) : System.Text.Encoding.UTF8.GetBytes(Lines));

        Assert.Equal([new($"{name} line 000000001", "one"), new Document($"{name} line 000000002", "two")], Read(path));
        Assert.Equal(["one", "two"], Read(_folder.Path).Select(document => document.Text));
        Assert.Equal(["a", "b"], Read(path, "url").Select(document => document.Text));
    }

    [Theory]
    [InlineData("[\n  {\"text\": \"one\"}\n]",
        "cannot be used: it is one JSON list; a corpus takes JSON lines, an object a line, with its text in a field.")]
    [InlineData("[{\"text\": \"one\"}]", "cannot be used: it is one JSON list;")]
    [InlineData("{\n  \"text\": \"one\"\n}", "cannot be used: it is not JSON lines: its first line is not a whole object;")]
    [InlineData("once upon a time", "cannot be used: it does not begin with a JSON object;")]
    [InlineData("{\"body\": \"one\"}\n", "line 1, cannot be used: the field 'text' is missing; the row has body.")]
    [InlineData("{\"text\": \"one\"}\n{\"text\": null}\n", "line 2, cannot be used: the field 'text' is null where a value is needed.")]
    [InlineData("{\"text\": \"one\"}\n{\"text\": NaN}\n", "line 2, cannot be used: the field 'text' is NaN where a text is needed.")]
    public void Anything_else_is_refused_where_it_is_named(string content, string problem)
    {
        var path = _folder.Write("a.json", content);

        var message = Assert.Throws<ConfigurationException>(() => Read(path)).Message;

        Assert.StartsWith($"The corpus file {path}{(problem.StartsWith("line", StringComparison.Ordinal) ? "," : "")} {problem}",
            message, StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_folder_settings_are_left_alone_and_data_are_not()
    {
        _folder.Write("a.jsonl", Lines);
        _folder.Write("package.json", "{\n  \"name\": \"settings\"\n}");
        _folder.Write("dataset_infos.json", "{\"default\": {\"splits\": 2}}");
        _folder.Write("empty.json", " \n");

        Assert.Equal(2, Read(_folder.Path).Count);

        _folder.Write("b.json", "{\"body\":\"one\"}\n{\"body\":\"two\"}\n");
        Assert.Contains("b.json, line 1, cannot be used: the field 'text' is missing",
            Assert.Throws<ConfigurationException>(() => Read(_folder.Path)).Message, StringComparison.Ordinal);

        _folder.Write("b.json", "[\n{\"text\":\"one\"}]");
        Assert.Contains(
            "b.json cannot be used: it is one JSON list", Assert.Throws<ConfigurationException>(() => Read(_folder.Path)).Message,
            StringComparison.Ordinal);

        _folder.Write("b.json", "{\"text\":\"one\"}");
        Assert.Equal(["one", "two", "one"], Read(_folder.Path).Select(document => document.Text));
    }

    [Fact]
    public void A_field_may_have_dots_of_its_own_and_others_what_JSON_does_not_have()
    {
        var path = _folder.Write("a.jsonl", "{\"page.body\":\"one\",\"score\":NaN}\n{\"page\":{\"body\":\"two\"},\"score\":-Infinity}\n");

        Assert.Equal(["one", "two"], Read(path, "page.body").Select(document => document.Text));
    }

    private static List<Document> Read(string path, string field = "text") => [.. new FileSource([path], field).Read()];
}
