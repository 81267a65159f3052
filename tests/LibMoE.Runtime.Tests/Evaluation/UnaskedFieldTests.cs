using System.Text;
using ICSharpCode.SharpZipLib.Zip;

namespace LibMoE.Runtime.Tests.Evaluation;

/// <summary>What no template names is no fault of the data, whatever it is; what one names is an error by its place.</summary>
public sealed class UnaskedFieldTests
{
    private static readonly EvaluationTask Sample = SampleTask.Choice(options: 2);

    [Theory]
    [InlineData("\"score\": NaN")]
    [InlineData("\"score\": [Infinity, -Infinity, {\"deep\": NaN}]")]
    [InlineData("\"note\": \"a \\\"NaN\\\" in a text\", \"score\": -Infinity")]
    [InlineData("\"text\": \"\\ud800\"")]
    public void What_Python_writes_where_a_number_is_none_may_stand_in_other_fields(string field)
    {
        using var folder = new DataFolder().With("sample.jsonl", $$"""{"q": "NaN?", "o": ["x", "y"], "a": 1, {{field}}}""");

        var item = Assert.Single(ItemReader.Read(Sample, folder.Cache).Items);

        Assert.Equal(("NaN?", 1), (item.Options[0].Context, item.Gold));
        Assert.Contains("null", item.Document.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    public void Where_it_is_asked_for_it_is_an_error(string literal)
    {
        using var folder = new DataFolder().With("sample.jsonl", $$"""{"q": {{literal}}, "o": ["x", "y"], "a": 1}""");

        Assert.Equal(
            $"sample.jsonl, line 1: the field 'q' is {literal} where a text is needed.",
            Assert.Throws<EvaluationDataException>(() => ItemReader.Read(Sample, folder.Cache)).Message);
    }

    [Theory]
    [InlineData("""{"q": "Why?", "o": ["x", "y"], "a": 1, "score": NaNs}""")]
    [InlineData("""{"q": "Why?", "o": ["x", "y"], "a": 1, "score": 1NaN}""")]
    [InlineData("""{"q": "Why?", "o": ["x", "y"], "a": 1, "score": +Infinity}""")]
    [InlineData("""{"q": "Why?", "o": ["x", "y"], "a": 1, NaN: 2}""")]
    [InlineData("""{"q": "Why?", "o": ["x", "y"], "a": 1, "score": NaN""")]
    public void What_Python_would_not_write_is_no_JSON(string line)
    {
        using var folder = new DataFolder().With("sample.jsonl", line);

        Assert.StartsWith(
            "sample.jsonl, line 1: this is not JSON",
            Assert.Throws<EvaluationDataException>(() => ItemReader.Read(Sample, folder.Cache)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("q,o1,o2,a,,\nWhy?,x,y,1,7,8\n", null)]
    [InlineData("q,o1,o2,a,x,x\nWhy?,x,y,1,7,8\n", null)]
    [InlineData("q,o1,o2,a,q,x\nWhy?,x,y,1,7,8\n", "line 1: two columns have the same name, 'q'")]
    public void Two_columns_may_share_a_name_that_nobody_asks_for(string table, string? problem)
    {
        using var folder = new DataFolder().With("sample.csv", table);
        var task = Sample with
        {
            Sources = [new() { Files = [new("sample.csv")], Format = DataFormat.Csv, Answer = "{a}" }],
            Choices = ["{o1}", "{o2}"]
        };

        var fault = Record.Exception(() => ItemReader.Read(task, folder.Cache));

        Assert.True(problem is null ? fault is null : fault!.Message.Contains(problem, StringComparison.Ordinal), fault?.ToString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public void An_encrypted_entry_is_named_as_such_and_only_where_it_is_read(int aesBits)
    {
        const string Line = """{"q": "Why?", "o": ["x", "y"], "a": 1}""";
        using var folder = new DataFolder()
            .With("sample.zip", Zip(aesBits, ("data/secret.jsonl", Line, true), ("data/plain.jsonl", Line, false)));

        var fault = Assert.Throws<EvaluationDataException>(() => ItemReader.Read(In("data/*.jsonl"), folder.Cache));

        Assert.Equal(
            "sample.zip/data/secret.jsonl: the entry of the archive is encrypted; put it there without a password.", fault.Message);
        Assert.Single(ItemReader.Read(In("data/plain.jsonl"), folder.Cache).Items);
    }

    private static EvaluationTask In(string entries) => Sample with
    {
        Sources = [Sample.Sources[0] with { Files = [new("sample.zip") { Entries = entries }] }],
    };

    private static byte[] Zip(int aesBits, params (string Name, string Text, bool Encrypted)[] entries)
    {
        using var memory = new MemoryStream();
        using (var archive = new ZipOutputStream(memory) { IsStreamOwner = false })
        {
            foreach (var (name, text, encrypted) in entries)
            {
                archive.Password = encrypted ? "secret" : null;
                archive.PutNextEntry(new ZipEntry(name) { AESKeySize = encrypted ? aesBits : 0 });
                archive.Write(Encoding.UTF8.GetBytes(text));
                archive.CloseEntry();
            }
        }

        return memory.ToArray();
    }
}
