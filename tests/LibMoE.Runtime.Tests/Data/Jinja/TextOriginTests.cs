using System.Text.Json.Nodes;
using LibMoE.Runtime.Data.Tokenizers.Jinja;

namespace LibMoE.Runtime.Tests.Data.Jinja;

/// <summary>What was made of a message's words is known from the template's.</summary>
public sealed class TextOriginTests
{
    /// <summary>Words of messages are lower case here, the template's are not.</summary>
    [Theory]
    [InlineData("{{ 'A' + m + 'B' }}", "A[one two]B")]
    [InlineData("{{ 'A' ~ m ~ 1 }}", "A[one two]1")]
    [InlineData("{{ m.split(' ')[1] ~ 'X' }}", "[two]X")]
    [InlineData("{{ m.split() | join('-') }}", "[one]-[two]")]
    [InlineData("{{ '-'.join(m.split()) }}", "[one]-[two]")]
    [InlineData("{{ ('  ' ~ m ~ '  ').strip() }}", "[one two]")]
    [InlineData("{{ (' X ' ~ m) | trim }}", "X [one two]")]
    [InlineData("{{ m[1:4] }}|{{ m[-1] }}|{{ m[::-1] }}", "[ne ]|[o]|[owt eno]")]
    [InlineData("{{ m | upper }}{{ m.title() }}{{ m | capitalize }}", "[ONE TWOOne TwoOne two]")]
    [InlineData("{{ m.replace(' ', '_') }}{{ m | replace('two', 'THREE') }}", "[one]_[twoone ]THREE")]
    [InlineData("{{ 'A B'.replace(' ', m) }}", "A[one two]B")]
    [InlineData("{{ m | tojson }}", "[\"one two\"]")]
    [InlineData("{{ {'K': m} | tojson }}", "{\"K\": [\"one two\"]}")]
    [InlineData("{{ [m, 'X'] }}", "[['one two'], 'X']")]
    [InlineData("{% for c in m %}{{ c }}.{% endfor %}", "[o].[n].[e].[ ].[t].[w].[o].")]
    [InlineData("{% set x %}A{{ m }}B{% endset %}{{ x }}", "A[one two]B")]
    [InlineData("{% macro f(x) %}<{{ x }}>{% endmacro %}{{ f(m) }}", "<[one two]>")]
    [InlineData("{{ (m ~ '\n' ~ m) | indent(2) }}", "[one two]\n  [one two]")]
    [InlineData("{% filter upper %}a{{ m }}b{% endfilter %}", "A[ONE TWO]B")]
    [InlineData("{{ m.partition(' ')[0] }}{{ m.removeprefix('one') }}", "[one two]")]
    public void It_stays_what_it_was(string template, string marked) =>
        Assert.Equal(marked, Shown(JinjaRendering.Render(template, new JsonObject { ["m"] = "one two" })));

    [Fact]
    public void Answers_are_known_inside_of_blocks_macros_and_captured_text()
    {
        var text = JinjaRendering.Render(
            "{% macro f(x) %}({% generation %}{{ x }}!{% endgeneration %}){% endmacro %}{% set y %}{{ f(m) }}{% endset %}"
                + "Q{{ y }}{{ f('A') }}",
            new JsonObject { ["m"] = "one" });

        Assert.Equal("Q(one!)(A!)", text.Text);
        Assert.Equal(
            [
                new TextStretch(2, 5, TextOrigin.Answer | TextOrigin.Message), new TextStretch(5, 6, TextOrigin.Answer),
                new TextStretch(8, 10, TextOrigin.Answer),
            ],
            text.Stretches);
    }

    private static string Shown(TextValue text)
    {
        var shown = text.Text;
        foreach (var stretch in text.Stretches.Reverse())
        {
            shown = $"{shown[..stretch.Start]}[{shown[stretch.Start..stretch.End]}]{shown[stretch.End..]}";
        }

        return shown;
    }
}
