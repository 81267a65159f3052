using LibMoE.Runtime.Models.Generation;
using LibMoE.Runtime.Tests.Models.Vision;

namespace LibMoE.Runtime.Tests.Models.Generation;

/// <summary>An answer is what a model says between the marks of its template.</summary>
public sealed class AnswerStreamTests
{
    private static readonly ConversationTemplate Lines = new("lines") { End = "\n" };

    [Theory]
    [InlineData("plain", "a red circle\nUSER", "a red circle")]
    [InlineData("phi3", "yes<|end|>\n<|user|>", "yes")]
    [InlineData("phi3", "x < y|", "x < y|")]
    [InlineData("phi3", "yes<|end", "yes<|end")]
    [InlineData("vicuna", " red", "red")]
    [InlineData("vicuna", "red", "red")]
    [InlineData("vicuna", " two words</s> USER: ", "two words")]
    [InlineData("llama", " two words", "two words")]
    [InlineData("plain", "grün, 红\n", "grün, 红")]
    [InlineData("plain", "\n", "")]
    public void A_mark_ends_it_and_what_could_begin_one_is_shown_once_it_does_not(string template, string said, string answer)
    {
        var (text, pieces) = Read(ConversationTemplate.Of(template), new ByteTokenizer(), said);

        Assert.Equal(answer, text);
        Assert.All(pieces, piece => Assert.DoesNotContain('\uFFFD', piece));
    }

    [Fact]
    public void It_is_shown_piece_by_piece_and_nothing_of_it_is_taken_back()
    {
        var (text, pieces) = Read(Lines, new ByteTokenizer(), "red\nblue");

        Assert.Equal(["r", "e", "d"], pieces.Where(piece => piece.Length > 0));
        Assert.Equal("red", text);
    }

    [Fact]
    public void No_part_of_a_mark_is_shown()
    {
        var (_, pieces) = Read(ConversationTemplate.Phi3, new ByteTokenizer(), "yes<|end|>");

        Assert.Equal(["y", "e", "s"], pieces.Where(piece => piece.Length > 0));
    }

    [Fact]
    public void A_text_that_ends_it_ends_it_at_its_first_letter()
    {
        var (text, pieces) = Read(Lines, new ByteTokenizer(), "a; b;; c", until: [";;", "never"]);

        Assert.Equal("a; b", text);
        Assert.Contains("; ", pieces);
    }

    [Fact]
    public void Where_an_end_id_ends_it_the_text_before_that_id_may_stand_inside()
    {
        var (text, _) = Read(ConversationTemplate.Llama, new EndedBytes(), " two words ");

        Assert.Equal("two words", text);
    }

    [Theory]
    [InlineData("plain", "\n")]
    [InlineData("phi3", "<|end|>")]
    public void The_ids_behind_a_trained_answer_are_its_end(string template, string mark)
    {
        var conversations = new ConversationTokenizer(ConversationTemplate.Of(template), new EndedBytes(), 4);

        Assert.Equal(new ByteTokenizer().Encode(mark), conversations.End());
        Assert.Equal(conversations.End(), Labelled(conversations)[^mark.Length..]);
    }

    [Fact]
    public void An_end_id_is_the_last_of_a_trained_answer()
    {
        var conversations = new ConversationTokenizer(ConversationTemplate.Llama, new EndedBytes(), 4);

        Assert.Equal([' ', 256], conversations.End());
        Assert.Equal(conversations.End(), Labelled(conversations)[^2..]);
        Assert.Empty(new ConversationTokenizer(new ConversationTemplate("bare"), new EndedBytes(), 4).End());
    }

    private static int[] Labelled(ConversationTokenizer conversations) =>
    [
        .. conversations.Encode(new Conversation("one", [], [new(ConversationRole.User, "?"), new(ConversationRole.Assistant, "red")]))
            .Labels.Where(label => label != ConversationTokens.Ignored),
    ];

    private static (string Text, List<string> Pieces) Read(
        ConversationTemplate template, ITokenizer tokenizer, string said, IReadOnlyList<string>? until = null)
    {
        var stream = new AnswerStream(new ConversationTokenizer(template, tokenizer, 4), until ?? []);
        var pieces = new List<string>();
        foreach (var id in tokenizer.Encode(said))
        {
            pieces.Add(stream.Add(id));
            if (stream.IsOver)
            {
                break;
            }
        }

        pieces.Add(stream.Rest());
        return (string.Concat(pieces), pieces);
    }
}
