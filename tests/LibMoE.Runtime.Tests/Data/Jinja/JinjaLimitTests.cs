using System.Text;
using System.Text.Json.Nodes;

namespace LibMoE.Runtime.Tests.Data.Jinja;

/// <summary>Every template ends: with a text, or with one sentence that names what is wrong and its line.</summary>
public sealed class JinjaLimitTests
{
    private static readonly string[] Pieces =
    [
        "{{", "}}", "{%", "%}", "{#", "#}", "{%-", "-%}", "{{-", "-}}", " ", "\n", "if", "else", "elif", "endif", "for", "in",
        "endfor", "set", "endset", "macro", "endmacro", "generation", "endgeneration", "break", "continue", "x", "y", "messages",
        "loop", "loop.index", "m", "(", ")", "[", "]", "{", "}", ".", ",", ":", "=", "==", "<", "+", "-", "*", "**", "/", "//", "%",
        "~", "|", "is", "not", "and", "or", "trim", "upper", "length", "join", "tojson", "map", "list", "defined", "none", "true",
        "'a'", "\"b\"", "1", "2.5", "99999999999", "range(9)", "namespace(a=1)", "raw", "endraw", "word", "\\", "🙂", "strip()",
        "split('a')", "'", "\"",
    ];

    [Theory]
    [InlineData("{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}", "more than 20,000,000 steps")]
    [InlineData("{% for i in range(10 ** 15) %}{% endfor %}", "more than 20,000,000 steps")]
    [InlineData("{{ 'a' * 10 ** 12 }}", "more than 20,000,000 steps")]
    [InlineData("{{ [1] * 10 ** 12 }}", "more than 20,000,000 steps")]
    [InlineData("{{ ([1] * 10 ** 4) * 10 ** 4 * 10 ** 4 }}", "more than 20,000,000 steps")]
    [InlineData("""{% set ns = namespace(x='a') %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}""", "more than 16,777,216 characters")]
    [InlineData("""{% set ns = namespace(x='a') %}{% for i in range(99) %}{% set ns.x = ns.x.replace('a', ns.x ~ 'a') %}{% endfor %}""", "more than 16,777,216 characters")]
    [InlineData("""{% set ns = namespace(x=['a']) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}""", "more than 16,777,216 characters")]
    [InlineData("""{% set ns = namespace(x=['a']) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}""", "more than 300 deep")]
    [InlineData("""{% set ns = namespace(x=['a']) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x | tojson }}""", "more than 300 deep")]
    [InlineData("""{% set ns = namespace(x=['a'], y=['a']) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}""",
        "more than 20,000,000 steps")]
    [InlineData("{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}", "more than 300 deep")]
    [InlineData("""{% for i in range(99999) %}{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' * 9 }}{% endfor %}""",
        "more than 16,777,216 characters")]
    [InlineData("{{ 2 ** 64 }}", "more than 64 bits")]
    [InlineData("{{ 9223372036854775807 + 1 }}", "more than 64 bits")]
    [InlineData("{{ 99999999999999999999 }}", "more than 64 bits")]
    [InlineData("{{ 'a' | indent(10 ** 9) }}", "at most 1000 characters")]
    public void A_template_that_would_not_end_is_stopped(string template, string reason) =>
        Assert.Contains(reason, OnSmallStack(template).Fault, StringComparison.Ordinal);

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("not ", "")]
    [InlineData("-", "")]
    [InlineData("1 if 1 else ", "")]
    public void Brackets_and_signs_stand_in_one_another_as_deep_as_a_stack_allows(string open, string close)
    {
        string Nested(int depth) => $"{{{{ {Times(open, depth)}1{Times(close, depth)} }}}}";
        string Times(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

        Assert.NotNull(OnSmallStack(Nested(40)).Text);
        Assert.Contains("more than 100 deep", OnSmallStack(Nested(80_000)).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("+ 1")]
    [InlineData("| string")]
    [InlineData(".a")]
    [InlineData("and 1")]
    public void Long_chains_end_too(string link) => Assert.Contains(
        "more than 300 deep", OnSmallStack($"{{{{ 1 {string.Concat(Enumerable.Repeat(link + " ", 50_000))}}}}}").Fault,
        StringComparison.Ordinal);

    [Fact]
    public void Blocks_stand_in_one_another_as_deep_as_a_stack_allows()
    {
        var template = string.Concat(Enumerable.Repeat("{% if 1 %}", 100_000));

        Assert.Contains("more than 100 deep", OnSmallStack(template).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\n{% include 'b' %}", "line 2: the block 'include' is not run here; blocks are if, for, set")]
    [InlineData("{% call m() %}{% endcall %}", "line 1: the block 'call' is not run here")]
    [InlineData("\n\n{{ 1 | urlize }}", "line 3: the filter 'urlize' is not run here; filters are abs,")]
    [InlineData("{{ 1 is escaped }}", "line 1: the test 'escaped' is not made here; tests are !=,")]
    [InlineData("{% for x in y recursive %}{% endfor %}", "line 1: a loop that calls itself (recursive) is not run here")]
    [InlineData("{{ f(*x) }}", "line 1: arguments out of a list (*) are not read")]
    [InlineData("{{ '%s' % 1 }}", "line 1: values are not put into a text by % here; join them with ~")]
    [InlineData("{{ strftime_now('%Q') }}", "line 1: strftime_now does not know '%Q'; it knows ")]
    [InlineData("{{ messages[0]\n['a']\n.b.c }}", "line 3: 'a' of a dictionary is not defined")]
    [InlineData("x\n{{ a.b }}", "line 2: 'a' is not defined")]
    [InlineData("{% if x %}\n{{ y }}", "line 2: there is the end of the template where {% endif %} must be")]
    [InlineData("{{ x\n", "line 1: the mark {{ has no end }}")]
    [InlineData("\n{{ 'a' 5 }}", "line 2: there is '5' where }} must be")]
    public void What_is_wrong_is_named_with_its_line(string template, string sentence)
    {
        var fault = JinjaRendering.Of(new JinjaCase(template, new JsonObject { ["messages"] = new JsonArray(new JsonObject()) })).Fault;

        Assert.NotNull(fault);
        Assert.StartsWith(sentence, fault, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault);
    }

    [Fact]
    public void Random_templates_end_with_a_text_or_a_sentence()
    {
        var random = new Random(19);
        var (texts, faults) = (0, 0);
        for (var round = 0; round < 20_000; round++)
        {
            var (rendered, fault) = JinjaRendering.Of(new JinjaCase(Random(random), new JsonObject
            {
                ["x"] = "a b",
                ["y"] = new JsonArray(1, 2),
                ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hi" }),
            }));
            _ = rendered is null ? faults++ : texts++;
            Assert.True(rendered is not null || fault is { Length: > 0 });
        }

        Assert.InRange(texts, 1000, 19_000);
        Assert.InRange(faults, 1000, 19_000);
    }

    /// <summary>Renders with the stack of a thread that answers a request.</summary>
    private static (string? Text, string? Fault) OnSmallStack(string template)
    {
        const int Bytes = 3 << 19;
        var result = ((string?)null, (string?)null);
        var thread = new Thread(() => result = JinjaRendering.Of(new JinjaCase(template, [])), Bytes);
        thread.Start();
        thread.Join();
        return result;
    }

    /// <summary>Pieces of templates in any order, or a template of a family with a piece put in, taken out or cut off.</summary>
    private static string Random(Random random)
    {
        if (random.Next(2) == 0)
        {
            var soup = new StringBuilder();
            for (var count = random.Next(1, 12); count > 0; count--)
            {
                soup.Append(Pieces[random.Next(Pieces.Length)]);
            }

            return random.Next(3) == 0 ? soup.ToString() : $"{{{{ {soup} }}}}{{% if {soup} %}}a{{% endif %}}";
        }

        var template = StyledTemplates.All.ElementAt(random.Next(StyledTemplates.All.Count)).Value;
        var at = random.Next(template.Length);
        return random.Next(3) switch
        {
            0 => template.Insert(at, Pieces[random.Next(Pieces.Length)]),
            1 => template.Remove(at, Math.Min(random.Next(1, 9), template.Length - at)),
            _ => template[..at],
        };
    }
}
