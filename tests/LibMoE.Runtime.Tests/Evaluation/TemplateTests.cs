using System.Text.Json.Nodes;
using LibMoE.Runtime.Evaluation.Tasks;
using LibMoE.Runtime.Rows;

namespace LibMoE.Runtime.Tests.Evaluation;

public sealed class TemplateTests
{
    private static readonly DataRow Row = new("file.jsonl", 7, JsonNode.Parse("""
        {
          "text": " The cat sat. ", "number": 3, "flag": true, "nothing": null, "list": ["a", "b"],
          "objects": [{"label": "A", "text": "one"}, {"label": "B", "text": "two"}], "of": {"lists": {"text": ["x"]}},
          "sentence": "Ann told Eve that _ had won.", "marked": "Make tea [title] Boil water [step] first."
        }
        """)!.AsObject());

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("{{{number}}}", "{3}")]
    [InlineData("{text|trim}!", "The cat sat.!")]
    [InlineData("{text|trim|trimend:.|lastword}", "sat")]
    [InlineData("{text|trim|butlastword|uncapitalized}", "the cat")]
    [InlineData("{flag} {number}", "true 3")]
    [InlineData("{objects.label.1}{list.0}{of.lists.text.0}", "Bax")]
    [InlineData("{sentence|before:_}Ann{sentence|after:_}", "Ann told Eve that Ann had won.")]
    [InlineData("{sentence|replace:Eve=Adam|replace: had won=}", "Ann told Adam that _.")]
    [InlineData("{marked|unbracketed}", "Make tea. Boil water first.")]
    [InlineData("{list.1|spaced}{text|spaced}", " b The cat sat. ")]
    public void Places_are_filled(string template, string text) => Assert.Equal(text, new TaskTemplate(template).Fill(Row));

    [Fact]
    public void A_list_gives_one_text_per_element() =>
        Assert.Equal(["3: one.", "3: two."], new TaskTemplate("{number}: {objects.text}.").FillAll(Row));

    [Theory]
    [InlineData("{absent}", "the field 'absent' is missing; the row has text, number,")]
    [InlineData("{nothing}", "the field 'nothing' is null where a value is needed")]
    [InlineData("{of}", "the field 'of' is an object where a text is needed")]
    [InlineData("{list}", "needs one text but names a list")]
    [InlineData("{list}{objects.text}", "names two lists")]
    [InlineData("{list.2}", "the field 'list.2' cannot be reached: 'list' has 2 elements")]
    [InlineData("{text|before:_}", "field 'text': '_' does not occur")]
    [InlineData("{list.0|lastword|butlastword}", "field 'list.0': 'a' is a single word")]
    public void What_cannot_be_filled_is_a_fault_of_the_row(string template, string message)
    {
        var fault = Assert.Throws<EvaluationDataException>(() => new TaskTemplate(template).Fill(Row));

        Assert.StartsWith("file.jsonl, line 7: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" = Title = \n The 1 @,@ 000 \" big \" dogs ' tails ( or so ) rose 3 @.@ 5 ° C . \n",
        "= Title =\nThe 1,000 \"big\" dogs' tails (or so) rose 3.5°C.\n")]
    [InlineData("from /' 5/ on", "from /'[0-9]/ on")]
    [InlineData("well @-@ known : yes ; no ! Why ? [ sic ]", "well-known: yes; no! Why? [sic]")]
    public void WikiText_is_written_as_ordinary_text(string words, string text) =>
        Assert.Equal(text, WikiTextDetokenizer.Detokenize(words).TrimStart(' '));
}
