using System.Text.Json.Nodes;
using LibMoE.Runtime.Rows;

namespace LibMoE.Runtime.Tests.Evaluation;

public sealed class FieldPathTests
{
    private static readonly DataRow Row = new("file.jsonl", 7, JsonNode.Parse("""
        {
          "a.b": "own name", "a": {"b": "nested", "c": "nested too", "d.e": {"f.g": "both"}}, "meta": {"text": null, "lang.score": 0.5},
          "none": null, "empty": [], "items": [{"text": "x", "id.no": 1}, {"text": "y", "id.no": 2}], "holes": [{"text": "x"}, null],
          "nulls": [{"text": "x"}, {"text": null}], "lacks": [{"text": "x"}, {"body": "y"}], "words": ["x", "y"]
        }
        """)!.AsObject());

    [Theory]
    [InlineData("a.b", "\"own name\"")]
    [InlineData("a.c", "\"nested too\"")]
    [InlineData("a.d.e.f.g", "\"both\"")]
    [InlineData("meta.lang.score", "0.5")]
    [InlineData("items.id.no", "[1,2]")]
    [InlineData("items.id.no.1", "2")]
    [InlineData("items.1.id.no", "2")]
    [InlineData("empty", "[]")]
    [InlineData("empty.text", "[]")]
    public void A_field_s_own_dots_go_before_nesting_and_an_empty_list_is_a_list(string path, string json) =>
        Assert.Equal(json, Row.Find(path).ToJsonString());

    [Theory]
    [InlineData("none", "the field 'none' is null where a value is needed")]
    [InlineData("none.text", "the field 'none.text' cannot be reached: 'none' is null")]
    [InlineData("meta.text", "the field 'meta.text' is null where a value is needed")]
    [InlineData("words.2", "the field 'words.2' cannot be reached: 'words' has 2 elements")]
    [InlineData("words.text", "the field 'words.text' cannot be read: element 0 of 'words' has no 'text'")]
    [InlineData("holes.text", "the field 'holes.text' cannot be read: element 1 of 'holes' is null")]
    [InlineData("nulls.text", "the field 'nulls.text' cannot be read: element 1 of 'nulls' has null as 'text'")]
    [InlineData("lacks.text", "the field 'lacks.text' cannot be read: element 1 of 'lacks' has no 'text'")]
    [InlineData("absent.text", "the field 'absent.text' is missing; the row has a.b, a, meta,")]
    public void What_is_not_there_is_told_from_what_is_null(string path, string problem) =>
        Assert.StartsWith($"file.jsonl, line 7: {problem}", Assert.Throws<EvaluationDataException>(() => Row.Find(path)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Made_fields_may_have_dots_too()
    {
        var row = Row with { Fields = new Dictionary<string, JsonNode> { ["a.b"] = "made", ["items"] = "hidden" } };

        Assert.Equal("made", (string?)row.Find("a.b"));
        Assert.Throws<EvaluationDataException>(() => row.Find("items.text"));
    }
}
