using System.Text.Json.Nodes;

namespace LibMoE.Runtime.Tests.Data.Jinja;

/// <summary>Each part of the language does what it does in jinja2 with the settings of transformers.</summary>
public sealed class JinjaLanguageTests
{
    private const string Data = """
        {"a": "Apple pie", "e": "", "n": null, "t": true, "f": false, "i": 7, "r": 2.5, "big": 1e16, "small": 0.00001, "u": "naïve 🙂 東京",
         "list": [3, 1, 2], "words": ["b", "A", "c", "B"], "map": {"x": 1, "y": [1, {"z": null}], "B": true, "items": "own"},
         "people": [{"name": "Ann", "age": 3, "tags": {"k": 1}}, {"name": "bob", "age": 1}, {"name": "Cid", "age": 2, "on": true}],
         "lines": "one\ntwo\n\nthree", "quotes": "it's \"so\" \\ \n\t\u0001\u00ad", "deep": {"a": {"b": {"c": [10, 20, 30]}}}}
        """;

    [SkippableFact]
    public void Every_expression_has_jinja2s_value()
    {
        var cases = JinjaExpressions.All.Select(expression => new JinjaCase($"{{{{ {expression} }}}}", Values())).ToList();

        ChatTemplateOracleTests.AssertSame(cases, JinjaOracles.OfPython(cases));
    }

    [SkippableFact]
    public void Every_program_renders_what_jinja2_does()
    {
        var cases = JinjaPrograms.All.Select(program => new JinjaCase(program, Values())).ToList();

        ChatTemplateOracleTests.AssertSame(cases, JinjaOracles.OfPython(cases));
    }

    private static JsonObject Values() => JsonNode.Parse(Data)!.AsObject();
}
