using LibMoE.Runtime.Tests.Checkpoints.Files;
using LibMoE.Runtime.Tests.Data.Images;
using SkiaSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Data.Conversations;

public sealed class ConversationFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ConversationFileTests()
    {
        File.WriteAllBytes(_folder["a.png"], ImageForge.Encoded(ImageReaderTests.Noise(10, 6), SKEncodedImageFormat.Png));
        File.WriteAllBytes(_folder["b.png"], ImageForge.Encoded(ImageReaderTests.Smooth(7, 9), SKEncodedImageFormat.Png));
        File.WriteAllBytes(_folder["cut.png"], File.ReadAllBytes(_folder["a.png"])[..60]);
        File.WriteAllBytes(_folder["empty.png"], []);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LLaVAs_files_are_read_and_the_image_stands_before_its_question()
    {
        var file = Read("""
            [{"id": "1", "image": "a.png", "conversations": [{"from": "human", "value": "What is it?\n<image>"}, {"from": "gpt", "value": "Noise."}]},
             {"id": 2, "conversations": [{"from": "human", "value": "Hello"}, {"from": "gpt", "value": "Hi."}]},
             {"image": ["a.png", "b.png"], "conversations": [{"from": "gpt", "value": "dropped"}, {"from": "human", "value": "<image> or <image>?"}, {"from": "gpt", "value": "Both."}]}]
            """);

        Assert.Equal(["1", "2", "#2"], file.Conversations.Select(conversation => conversation.Id));
        Assert.Equal("<image>\nWhat is it?", file.Conversations[0].Turns[0].Text);
        Assert.Empty(file.Conversations[1].Images);
        Assert.Equal(["a.png", "b.png"], file.Conversations[2].Images);
        Assert.Equal("<image> or <image>?", file.Conversations[2].Turns[0].Text);
        Assert.Equal(2, file.Conversations[2].Turns.Count);
    }

    [Fact]
    public void JSON_lines_are_read_too()
    {
        File.WriteAllText(_folder["data.jsonl"], """
            {"id": "1", "conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}
            {"id": "2", "conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}
            """);

        Assert.Equal(2, ConversationFile.Read(_folder["data.jsonl"]).Conversations.Count);
    }

    [Fact]
    public void Chat_messages_are_read_with_what_the_system_says()
    {
        var file = Read("""
            [{"id": "1", "messages": [{"role": "system", "content": "Be short."}, {"role": "user", "content": "a"},
                {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}, {"role": "assistant", "content": "d"}]},
             {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}]
            """);

        Assert.Equal(["Be short.", null], file.Conversations.Select(conversation => conversation.System));
        Assert.Equal(["a", "b", "c", "d"], file.Conversations[0].Turns.Select(turn => turn.Text));
        var tokenizer = new ByteTokenizer();
        var tokens = new ConversationTokenizer(ConversationTemplate.Phi3, tokenizer, tokensPerImage: 0).Encode(file.Conversations[0]);
        Assert.StartsWith("<|system|>\nBe short.<|end|>\n<|user|>\na", tokenizer.Decode(tokens.Ids), StringComparison.Ordinal);
        Assert.Equal(
            "b<|end|>d<|end|>", tokenizer.Decode([.. tokens.Labels.Where(label => label != ConversationTokens.Ignored)]));
    }

    public static TheoryData<string, string> Broken => new()
    {
        { """{"image": "none.png", "conversations": [Q, A]}""", "none.png does not exist" },
        { """{"image": "cut.png", "conversations": [Q, A]}""", "cut.png is" },
        { """{"image": "empty.png", "conversations": [Q, A]}""", "empty.png has no bytes" },
        { """{"image": "../../etc/a.png", "conversations": [Q, A]}""", "lies outside of the folder of images" },
        { """{"image": "a.png", "conversations": [T, A]}""", "it names 1 images, and its text has <image> 0 times" },
        { """{"conversations": [Q, A]}""", "it names 0 images, and its text has <image> 1 times" },
        { """{"image": 5, "conversations": [Q, A]}""", "'image' is neither a file nor a list of files" },
        { """{"conversations": [T]}""", "it has no question with an answer" },
        { """{"conversations": [T, A, T]}""", "its last question has no answer" },
        { """{"conversations": [T, T, A, A]}""", "turn 1 is from the same side as the one before it" },
        { """{"conversations": [{"from": "system", "value": "x"}, A]}""", "turn 0 is from 'system'; it must be human or gpt" },
        { """{"conversations": [{"from": "human"}, A]}""", "turn 0 has no texts 'from' and 'value'" },
        { """{"image": "a.png", "conversations": [T, {"from": "gpt", "value": "<image>"}]}""", "an answer has <image>" },
        { """{"text": "x"}""", "it has no list 'conversations' or 'messages'" },
        { """{"messages": [{"role": "user", "content": "q"}]}""", "it has no question with an answer" },
        { """{"messages": [{"role": "tool", "content": "q"}]}""", "message 0 is of role 'tool'; it must be user or assistant" },
        { """{"messages": [{"role": "user", "content": 5}]}""", "message 0 has no texts 'role' and 'content'" },
        { """{"messages": [{"role": "user", "content": "q"}, {"role": "system", "content": "s"}]}""", "message 1 is of role 'system'" },
        { """5""", "it has no list 'conversations'" },
    };

    [Theory, MemberData(nameof(Broken))]
    public void What_cannot_be_used_is_refused_by_name_or_counted_with_its_reason(string item, string reason)
    {
        item = item.Replace("Q", """{"from": "human", "value": "<image>\nWhat?"}""")
            .Replace("T", """{"from": "human", "value": "What?"}""").Replace("A]", """{"from": "gpt", "value": "It."}]""")
            .Replace("A,", """{"from": "gpt", "value": "It."},""");
        var data = "["
            + """{"id": "good", "conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}, """ + item + "]";
        var options = new ConversationOptions { Images = ImageCheck.Decodes };

        var error = Assert.Throws<ConfigurationException>(() => Read(data, options));
        var counted = Read(data, options with { SkipRefused = true });

        Assert.Contains("conversation '#1' cannot be used: ", error.Message);
        Assert.Contains(reason, error.Message);
        Assert.Equal("good", Assert.Single(counted.Conversations).Id);
        Assert.Contains(reason, Assert.Single(counted.Refused).Reason);
    }

    [Theory]
    [InlineData("", "is not a JSON list")]
    [InlineData("{}", "is not a JSON list")]
    [InlineData("[{\"id\": 1", "is not a JSON list")]
    public void A_file_that_is_no_list_is_refused(string text, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => Read(text)).Message);

    [Fact]
    public void No_file_is_refused() =>
        Assert.Contains("There are no conversations at", Assert.Throws<ConfigurationException>(
            () => ConversationFile.Read(_folder["none.json"])).Message);

    [Fact]
    public void A_batch_is_padded_at_the_end_and_has_the_images_of_all_its_texts_in_their_order()
    {
        using var scope = NewDisposeScope();
        var file = Read("""
            [{"id": "1", "image": ["a.png", "b.png"], "conversations": [{"from": "human", "value": "<image> or <image>?"}, {"from": "gpt", "value": "Both."}]},
             {"id": "2", "image": "b.png", "conversations": [{"from": "human", "value": "<image>"}, {"from": "gpt", "value": "A."}]}]
            """);
        var tokenizer = new ConversationTokenizer(ConversationTemplate.Plain, new ByteTokenizer(), tokensPerImage: 2);
        var processor = ImageProcessor.SigLip with { Size = 8 };

        var batch = ConversationBatch.Of(
            [.. file.Conversations.Select(conversation => tokenizer.Encode(conversation))], file.Images, processor);

        const int i = ConversationTokens.Image;
        Assert.Equal([i, i, i, i, 'B', 'o', 't', 'h', '.', '\n', i, i, 'A', '.', '\n', 0, 0, 0, 0, 0], batch.Ids.data<long>().ToArray());
        Assert.Equal([-100, -100, -100, -100, 'B', 'o', 't', 'h', '.', '\n', -100, -100, 'A', '.', '\n', -100, -100, -100, -100, -100],
            batch.Labels.data<long>().ToArray());
        Assert.Equal(15, batch.Mask.sum().item<long>());
        Assert.Equal([3, 3, 8, 8], batch.Images!.shape);
        var b = processor.Run(file.Images.Read("b.png"));
        Assert.True(batch.Images[1].eq(b).all().item<bool>()
            && batch.Images[2].eq(b).all().item<bool>() && !batch.Images[0].eq(b).all().item<bool>());
    }

    [Fact]
    public void An_image_that_broke_since_is_an_error_and_never_a_blank_one()
    {
        using var scope = NewDisposeScope();
        var file = Read("""[{"id": "1", "image": "cut.png", "conversations": [{"from": "human", "value": "<image>"}, {"from": "gpt", "value": "A."}]}]""");
        var tokenizer = new ConversationTokenizer(ConversationTemplate.Plain, new ByteTokenizer(), tokensPerImage: 2);

        var error = Assert.Throws<ImageFileException>(
            () => ConversationBatch.Of([tokenizer.Encode(file.Conversations[0])], file.Images, ImageProcessor.SigLip));

        Assert.Contains("cut.png", error.Message);
    }

    private ConversationFile Read(string json, ConversationOptions? options = null)
    {
        File.WriteAllText(_folder["data.json"], json);
        return ConversationFile.Read(_folder["data.json"], options);
    }
}
