namespace LibMoE.Runtime.Tests.Data.Conversations;

/// <summary>Templates by hand: what is asked and what is to be said, to the token. Bytes are tokens here.</summary>
public sealed class ConversationTokenizerTests
{
    private static readonly Conversation Two = new("two", ["a.png"],
    [
        new(ConversationRole.User, "<image>\nWhat?"),
        new(ConversationRole.Assistant, "A cat."),
        new(ConversationRole.User, "Sure?"),
        new(ConversationRole.Assistant, "Yes."),
    ]);

    /// <summary>Said text stands in brackets; # is a place of an image.</summary>
    public static TheoryData<string, string> Templates => new()
    {
        { "plain", "##[A cat.\n][Yes.\n]" },
        {
            "vicuna",
            "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, "
            + "and polite answers to the user's questions. USER: ##\nWhat? ASSISTANT:[ A cat.</s>]USER: Sure? ASSISTANT:[ Yes.</s>]"
        },
        {
            "llama",
            "[INST] <<SYS>>\nYou are a helpful language and vision assistant. You are able to understand the visual content that "
            + "the user provides, and assist the user with a variety of tasks using natural language.\n<</SYS>>\n\n##\nWhat? [/INST][ "
            + "A cat. </s>]<s>[INST] Sure? [/INST][ Yes. </s>]"
        },
        {
            "phi3",
            "<|system|>\nYou are a helpful AI assistant.<|end|>\n<|user|>\n##\nWhat?<|end|>\n<|assistant|>\n[A "
                + "cat.<|end|>]\n<|user|>\nSure?<|end|>\n<|assistant|>\n[Yes.<|end|>]"
        },
    };

    [Theory, MemberData(nameof(Templates))]
    public void Labels_are_the_answers_and_their_ends_and_nothing_else(string name, string expected)
    {
        var tokens = new ConversationTokenizer(ConversationTemplate.Of(name), new ByteTokenizer(), tokensPerImage: 2).Encode(Two);

        // The templates' own brackets are told apart from those around what is said.
        expected = expected.Replace("[INST]", "(INST)").Replace("[/INST]", "(/INST)");
        Assert.Equal(expected, Marked(tokens).Replace("[INST]", "(INST)").Replace("[/INST]", "(/INST)"));
        Assert.Equal(tokens.Ids.Length, tokens.Labels.Length);
        Assert.All(
            tokens.Ids.Zip(tokens.Labels), pair => Assert.True(pair.Second == ConversationTokens.Ignored || pair.Second == pair.First));
        Assert.Equal(2, tokens.Ids.Count(id => id == ConversationTokens.Image));
    }

    [Theory, MemberData(nameof(Templates))]
    public void A_prompt_is_what_the_answer_was_trained_behind(string name, string expected)
    {
        Assert.NotEmpty(expected);
        var tokenizer = new ConversationTokenizer(ConversationTemplate.Of(name), new ByteTokenizer(), tokensPerImage: 2);
        var tokens = tokenizer.Encode(Two);

        foreach (var turns in new[] { 1, 3 })
        {
            var prompt = tokenizer.Prompt([.. Two.Turns.Take(turns)]);

            Assert.Equal(tokens.Ids.Take(prompt.Length), prompt);
            var answer = tokenizer.Answer(Two.Turns[turns].Text);
            Assert.Equal(answer, tokens.Labels.Skip(prompt.Length).Take(answer.Length));
            // A caption has no question behind which it could be told from the one before.
            Assert.True(name == "plain" || tokens.Labels[prompt.Length - 1] == ConversationTokens.Ignored);
        }
    }

    [Fact]
    public void Marks_are_ids_where_the_vocabulary_has_them()
    {
        var tokens = new ConversationTokenizer(ConversationTemplate.Llama, new MarkedBytes(), tokensPerImage: 1).Encode(Two);

        Assert.Equal(256, tokens.Ids[0]);
        Assert.Equal(2, tokens.Ids.Count(id => id == 256));
        Assert.Equal(2, tokens.Labels.Count(id => id == 257));
        Assert.DoesNotContain(256, tokens.Labels);
        Assert.Equal(257, tokens.Ids[^1]);
    }

    [Fact]
    public void A_cut_keeps_whole_images_and_a_part_of_an_answer_or_is_refused_by_name()
    {
        var tokenizer = new ConversationTokenizer(ConversationTemplate.Plain, new ByteTokenizer(), tokensPerImage: 4);

        Assert.Equal(6, tokenizer.Encode(Two, longest: 6).Ids.Length);
        Assert.Contains("Conversation 'two' has 16 tokens; cut to 3 it would lose a part of an image",
            Assert.Throws<ConfigurationException>(() => tokenizer.Encode(Two, longest: 3)).Message);
        Assert.Contains("the first 4 have no token of an answer", Assert.Throws<ConfigurationException>(
            () => tokenizer.Encode(Two, longest: 4)).Message);
    }

    [Fact]
    public void Another_template_is_refused_with_the_names_that_there_are() =>
        Assert.Contains("it must be one of plain, phi3, vicuna, llama", Assert.Throws<ConfigurationException>(
            () => ConversationTemplate.Of("mpt")).Message);

    private static string Marked(ConversationTokens tokens)
    {
        var (text, said) = (new System.Text.StringBuilder(), false);
        var previousEnd = false;
        for (var at = 0; at < tokens.Ids.Length; at++)
        {
            var now = tokens.Labels[at] != ConversationTokens.Ignored;
            if (now && (!said || previousEnd))
            {
                text.Append(said ? "][" : "[");
            }
            else if (!now && said)
            {
                text.Append(']');
            }

            // Two answers of the plain template stand next to each other.
            previousEnd = now && tokens.Ids[at] == '\n';
            said = now;
            text.Append(tokens.Ids[at] == ConversationTokens.Image ? '#' : (char)tokens.Ids[at]);
        }

        return text.Append(said ? "]" : "").ToString();
    }

    /// <summary>Bytes with a start and an end id.</summary>
    private sealed class MarkedBytes : ITokenizer
    {
        private readonly ByteTokenizer _bytes = new();

        public int Vocabulary => 258;

        public int? Bos => 256;

        public int? Eos => 257;

        public string Hash => _bytes.Hash;

        public string Name => "marked";

        public IReadOnlyList<TokenizerFile> Files => [];

        public int[] Encode(string text) => _bytes.Encode(text);

        public string Decode(ReadOnlySpan<int> ids) => _bytes.Decode(ids);
    }
}
