using System.Text.Json.Nodes;
using LibMoE.Runtime.Evaluation.Results;

namespace LibMoE.Runtime.Tests.Evaluation.Results;

/// <summary>What Python 3.11's <c>json.dumps(json.loads(text), ensure_ascii=False)</c> prints.</summary>
public sealed class PythonJsonTests
{
    [Theory]
    [InlineData("""{"a":[1,2.50,-0,-0.0,1e5,1E-7,12345678901234567890],"b":{},"c":[],"d":null,"e":true}""",
        """{"a": [1, 2.5, 0, -0.0, 100000.0, 1e-07, 12345678901234567890], "b": {}, "c": [], "d": null, "e": true}""")]
    [InlineData("""["\u00e9\ud83d\ude00\u2028\u007f","\"\\\/\b\f\n\r\t\u0001\u001f"]""",
        "[\"é😀\u2028\u007f\", \"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\"]")]
    [InlineData("[1e15,1e16,-1e16,12345678901234568.0,1e22,123456789012345680.0,0.0001,0.00001,1.5e300]",
        "[1000000000000000.0, 1e+16, -1e+16, 1.2345678901234568e+16, 1e+22, 1.2345678901234568e+17, 0.0001, 1e-05, 1.5e+300]")]
    public void Values_are_written_as_Python_writes_them(string text, string expected) =>
        Assert.Equal(expected, PythonJson.Dumps(JsonNode.Parse(text)));

    [Fact]
    public void Numbers_of_the_program_keep_their_kind() =>
        Assert.Equal("[1.0, 1, 0.0, -2.5]", PythonJson.Dumps(new JsonArray(1.0, 1, 0.0, -2.5)));

    [Fact]
    public void An_indent_breaks_lines_but_not_in_what_is_empty() => Assert.Equal(
        "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}", PythonJson.Dumps(JsonNode.Parse("""{"a":[1,{}],"b":[]}"""), 2));
}
