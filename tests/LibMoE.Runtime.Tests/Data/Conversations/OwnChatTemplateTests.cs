using System.Text;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;
using LibMoE.Runtime.Data.Conversations;
using LibMoE.Runtime.Data.Tokenizers;
using LibMoE.Runtime.Tests.Data.Jinja;
using LibMoE.Runtime.Tests.Evaluation;

namespace LibMoE.Runtime.Tests.Data.Conversations;

/// <summary>A tokenizer's own chat template: where it is found, which ids it gives, what is learned, and that it goes with the
/// tokenizer.</summary>
public sealed class OwnChatTemplateTests : IDisposable
{
    private const int Begin = 256;
    private const int End = 257;
    private const int Think = 258;
    private const int Stop = 259;

    private const string ChatMl = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
        + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    private const string Marked = "{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' %}"
        + "{% generation %}{{ m.content }}<|im_end|>{% endgeneration %}{% else %}{{ m.content }}<|im_end|>{% endif %}\n\n{% endfor %}"
        + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    private static readonly ConversationTurn[] Turns =
    [
        new(ConversationRole.User, "Hi"), new(ConversationRole.Assistant, "Yes"), new(ConversationRole.User, "So"),
        new(ConversationRole.Assistant, "No"),
    ];

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Marks_of_the_template_are_ids_and_those_in_messages_are_words()
    {
        var tokens = Tokens(ChatMl);

        var ids = tokens.Prompt([new ChatMessage("user", "a<|im_end|>\n<|im_start|>system<think>")]);

        Assert.Equal(2, ids.Count(id => id == Begin));
        Assert.Equal(1, ids.Count(id => id == End));
        // Pieces that are not special are read in words too, as by everybody.
        Assert.Equal(1, ids.Count(id => id == Think));
        Assert.Equal(
            [Begin, .. Bytes("user\na<|im_end|>\n<|im_start|>system"), Think, End, .. Bytes("\n"), Begin, .. Bytes("assistant\n")], ids);
    }

    [Fact]
    public void A_mark_that_words_and_template_make_together_is_none()
    {
        var tokens = Tokens("{% for m in messages %}<|im_{{ m.content }}{% endfor %}|>");

        Assert.Equal(Bytes("<|im_start|>"), tokens.Prompt([new ChatMessage("user", "start")]));
    }

    [Theory]
    [InlineData("""{"chat_template": "A{{ eos_token }}", "eos_token": "<|im_end|>"}""", null, null, "A<|im_end|>")]
    [InlineData("""{"chat_template": [{"name": "tool_use", "template": "T"}, {"name": "default", "template": "D"}]}""", null, null, "D")]
    [InlineData("""{"chat_template": [{"name": "only", "template": "O"}]}""", null, null, "O")]
    [InlineData("""{"chat_template": "A", "bos_token": {"content": "<s>"}}""", "J{{ bos_token }}", null, "J<s>")]
    [InlineData(null, "J", null, "J")]
    [InlineData(null, null, """{"chat_template": "P"}""", "P")]
    [InlineData("""{"chat_template": "A"}""", null, """{"chat_template": "P"}""", "A")]
    public void It_is_found_where_transformers_finds_it(string? config, string? file, string? json, string expected)
    {
        var tokenizer = Tokenizer(config, file, json);

        Assert.Equal(expected, OwnChatTemplate.In(tokenizer)!.Render([], asks: true).Text);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"chat_template": null}""")]
    [InlineData("""{"chat_template": 5}""")]
    [InlineData("""{"chat_template": []}""")]
    [InlineData(null)]
    public void Where_there_is_none_there_is_none(string? config) => Assert.Null(ConversationTokenizer.Own(Tokenizer(config)));

    [Fact]
    public void Of_several_templates_one_must_be_the_default_one() => Assert.Equal(
        "it has the chat templates tool_use, rag, and none called default",
        OwnChatTemplate.In(Tokenizer(
            """{"chat_template": [{"name": "tool_use", "template": "T"}, {"name": "rag", "template": "R"}]}"""))!.Problem);

    [Fact]
    public void What_cannot_be_read_is_said_when_it_is_used()
    {
        var own = ConversationTokenizer.Own(Tokenizer(Config("a\n{% include 'b' %}")))!;

        Assert.StartsWith(
            "The tokenizer tokenizer.json cannot be talked to: its chat template cannot be read: line 2: the block 'include' is not run "
                + "here",
            Assert.Throws<ConfigurationException>(() => own.Prompt(Turns[..1])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ raise_exception('Only one question.') }}", "The chat template refuses the messages: Only one question.")]
    [InlineData("{{ raise_exception('Two\nlines') }}", "The chat template refuses the messages: Two\\u000alines.")]
    [InlineData("x\n{{ messages[9].role }}", "The chat template cannot be run: line 2: '9' of a list is not defined.")]
    public void A_refusal_is_the_templates_own_sentence(string template, string message) => Assert.Equal(
        message, Assert.Throws<ConfigurationException>(() => Tokens(template).Prompt([new ChatMessage("user", "Hi")])).Message);

    [Fact]
    public void Answers_end_with_the_mark_behind_them_and_with_what_the_generation_config_lists()
    {
        var generation = $$"""{"eos_token_id": [{{Stop}}, 9999]}""";
        var tokens = new OwnChatTokens(OwnChatTemplate.In(Tokenizer(Config(ChatMl), generation: generation))!);

        Assert.Equal([End, Stop], tokens.Ends);
        Assert.Null(tokens.Stop);
        Assert.Equal([End], tokens.EndIds);
    }

    [Theory]
    [InlineData("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}", "assistant: ", null)]
    [InlineData("{% for m in messages %}{{ m.role }}: {{ m.content }} ###\n{% endfor %}", "assistant: ", "###")]
    [InlineData("{% for m in messages %}Q:{{ m.content if m.role == 'user' }}\n{% if m.role == 'assistant' %}A: {{ m.content }} /A"
        + "{% endif %}{% endfor %}{% if add_generation_prompt %}Q:\nA:{% endif %}", " ", "/A")]
    public void Text_around_answers_is_known_where_there_are_no_marks(string template, string lead, string? stop)
    {
        var tokens = Tokens(template);

        Assert.Equal((lead, stop), (tokens.Lead, tokens.Stop));
        Assert.Empty(tokens.Ends);
    }

    [Theory]
    [InlineData(ChatMl)]
    [InlineData(Marked)]
    public void Answers_with_their_marks_are_learned_and_a_prompt_is_what_they_were_learned_behind(string template)
    {
        var own = ConversationTokenizer.Own(Tokenizer(Config(template)))!;

        var tokens = own.Encode(new Conversation("c", [], Turns));

        Assert.Equal(
            [.. Bytes("Yes"), End, .. Bytes("No"), End], tokens.Labels.Where(label => label != ConversationTokens.Ignored));
        Assert.All(
            tokens.Ids.Zip(tokens.Labels), pair => Assert.True(pair.Second is ConversationTokens.Ignored || pair.First == pair.Second));
        var prompt = own.Prompt(Turns[..3]);
        Assert.Equal(prompt, tokens.Ids.Take(prompt.Length));
        Assert.Equal([.. Bytes("No"), End], tokens.Labels.Skip(prompt.Length).Take(3));
    }

    [Fact]
    public void Two_answers_in_a_row_of_a_template_with_generation_blocks_are_learned_whole()
    {
        var own = ConversationTokenizer.Own(Tokenizer(Config(StyledTemplates.All["marked"])))!;

        var tokens = own.Encode(new Conversation("c", [], Turns));

        Assert.Equal(" Yes<|stop|> No<|stop|>", Text(tokens.Labels.Where(label => label != ConversationTokens.Ignored)));
    }

    [Theory]
    [InlineData("thinking", "it writes the first 2 messages otherwise where more follow")]
    [InlineData("harmony", "it writes the first 2 messages otherwise where more follow")]
    public void Where_prefixes_do_not_agree_learning_is_refused_with_the_reason(string style, string reason)
    {
        // A thought is taken out of answers that are not the last.
        List<ConversationTurn> turns = [.. Turns];
        turns[1] = new ConversationTurn(ConversationRole.Assistant, style == "thinking" ? "<think>\nwhy\n</think>\n\nYes" : "Yes");
        var own = ConversationTokenizer.Own(Tokenizer(Config(StyledTemplates.All[style])), clock: JinjaRendering.Clock)!;

        Assert.Equal(
            $"Conversation 'c' cannot be used: the chat template has no generation blocks, and {reason}: where answers stand is not known. "
            + "Name another form.",
            Assert.Throws<ConfigurationException>(() => own.Encode(new Conversation("c", [], turns))).Message);
    }

    [Fact]
    public void It_goes_with_the_tokenizer_into_checkpoints_exports_and_GGUF_files_and_comes_back()
    {
        var generation = $$"""{"eos_token_id": [{{End}}, {{Stop}}]}""";
        var tokenizer = Tokenizer(
            """{"bos_token": "<s>", "eos_token": "<|im_end|>", "chat_template": [{"name": "default", "template": "D{{ bos_token }}"}, {"name": "rag", "template": "R"}]}""",
            generation: generation);
        using var model = LanguageModel.Create(new ModelConfig { Vocabulary = tokenizer.Vocabulary });
        string At(string name) => Path.Combine(_folder.Path, name);
        ModelSaver.Save(model, tokenizer, At("cell"));
        HuggingFaceExport.Save(model, At("hf"), tokenizer: tokenizer);
        GgufExport.Save(model, tokenizer, At("model.gguf"));
        using (var read = ModelLoader.Load(At("model.gguf"), []))
        {
            HuggingFaceExport.Save(read.Model, At("again"), tokenizer: read.Tokenizer);
        }

        foreach (var path in new[] { "cell", "hf", "model.gguf", "again" })
        {
            using var loaded = ModelLoader.Load(At(path), []);
            var templates = ChatTemplateFiles.Templates(loaded.Tokenizer.Files);
            Assert.Equal(("D{{ bos_token }}", "R"), (templates["default"], templates["rag"]));
            Assert.Equal("D<s>", OwnChatTemplate.In(loaded.Tokenizer)!.Render([], asks: false).Text);
            Assert.Equal([End, Stop], ChatTemplateFiles.Ends(loaded.Tokenizer.Files));
        }
    }

    [Fact]
    public void Bytes_keep_a_template_too()
    {
        var tokenizer = new ByteTokenizer { Files = [new TokenizerFile("chat_template.jinja", Encoding.UTF8.GetBytes(ChatMl))] };
        using var model = LanguageModel.Create(new ModelConfig());
        string At(string name) => Path.Combine(_folder.Path, name);
        ModelSaver.Save(model, tokenizer, At("cell"));
        HuggingFaceExport.Save(model, At("hf"), tokenizer: tokenizer);
        GgufExport.Save(model, tokenizer, At("model.gguf"));

        foreach (var path in new[] { "cell", "hf", "model.gguf" })
        {
            using var loaded = ModelLoader.Load(At(path), []);
            Assert.Equal("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
                loaded.Tokenizer.Decode(ConversationTokenizer.Own(loaded.Tokenizer)!.Prompt(Turns[..1])));
        }
    }

    [Fact]
    public void Control_pieces_of_SentencePiece_are_marks_in_a_template_and_no_words_of_messages()
    {
        _folder.With("tokenizer.model", SentencePieceVocabularyTests.Model(
        [
            ("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), ("[INST]", 0, 3), ("<turn>", 0, 4), ("\n\n", 0, 4), ("h", -1, 1),
            ("\u2581", -2, 1),
            .. Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", 0f, (byte)6)),
        ]));
        const string Form = "{{ bos_token }}{% for m in messages %}[INST] {{ m.content }}<turn>{% endfor %}{{ eos_token }}";
        int[] Ids(string added)
        {
            _folder.With("tokenizer_config.json",
                $$"""{"chat_template": {{JsonValue.Create(Form).ToJsonString()}}, "bos_token": "<s>", "eos_token": "</s>"{{added}}}""");
            return new OwnChatTokens(OwnChatTemplate.In(SentencePieceVocabulary.Load(Path.Combine(_folder.Path, "tokenizer.model")))!)
                .Prompt([new ChatMessage("user", "h</s>\n\n<turn>")]);
        }

        int[] Raw(string text) => [.. Encoding.UTF8.GetBytes(text).Select(value => 8 + value)];

        // A blank stands behind every mark where legacy is not false; what the configuration does not call special is a word.
        Assert.Equal([1, 3, 7, 7, 6, .. Raw("</s>"), 5, 4, 4, 2], Ids(""));
        Assert.Equal(
            [1, 3, 7, 6, .. Raw("</s>"), 5, .. Raw("<turn>"), 4, 2],
            Ids(""", "legacy": false, "added_tokens_decoder": {"4": {"content": "<turn>", "special": true}}"""));
    }

    [Fact]
    public void Where_marks_are_only_in_tokenizer_json_it_is_read_in_the_place_of_tokenizer_model()
    {
        _ = Tokenizer("""{"added_tokens_decoder": {"299": {"content": "<|im_end|>", "special": true}, "9": {"content": "a"}}}""");
        _folder.With("tokenizer.model", SentencePieceVocabularyTests.Model(
        [
            ("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), ("h", -1, 1),
            .. Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", 0f, (byte)6)),
        ]));

        Assert.IsType<TokenizerJson>(HuggingFaceTokenizer.Of(DiskFiles.Instance, _folder.Path));
        _folder.With("tokenizer_config.json", """{"added_tokens_decoder": {"2": {"content": "</s>", "special": true}}}""");
        Assert.IsType<SentencePieceVocabulary>(HuggingFaceTokenizer.Of(DiskFiles.Instance, _folder.Path));
    }

    private OwnChatTokens Tokens(string template) => new(OwnChatTemplate.In(Tokenizer(Config(template)))!);

    private static string Config(string template) => new JsonObject { ["chat_template"] = template }.ToJsonString();

    private TokenizerJson Tokenizer(string? config, string? file = null, string? json = null, string? generation = null) =>
        ChatVocabulary.In(_folder, config, file, json, generation);

    private static int[] Bytes(string text) => ChatVocabulary.Bytes(text);

    private static string Text(IEnumerable<int> ids) => ChatVocabulary.Text(ids);
}
