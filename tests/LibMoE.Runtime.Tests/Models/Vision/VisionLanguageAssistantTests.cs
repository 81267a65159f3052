using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models.Vision;

/// <summary>A model that sees is asked by what it was trained with.</summary>
public sealed class VisionLanguageAssistantTests
{
    private static readonly GenerationOptions Greedy = new() { Temperature = 0, Tokens = 12 };

    [Theory]
    [InlineData("what?", "<image>\n<image>\nwhat?")]
    [InlineData("<image>a<image>b?", "<image>a<image>b?")]
    public void Images_stand_where_the_question_shows_them_or_before_it_on_lines_of_their_own(string question, string placed)
    {
        using var scope = NewDisposeScope();
        using var model = AskedModel.Make();
        var assistant = AskedModel.Assistant(model);
        RgbImage[] images = [AskedModel.Picture(1), AskedModel.Picture(2)];
        var images_ICHW = stack([.. images.Select(image => assistant.Images.Run(image))], 0);
        var prompt = assistant.Conversations.Prompt([new ConversationTurn(ConversationRole.User, placed)]);

        var answer = string.Concat(assistant.Answer(images, question, Greedy));

        Assert.Equal(8, prompt.Count(id => id == VisionLanguageModel.ImageToken));
        Assert.Equal(AskedModel.Single(model, images_ICHW, prompt, Greedy), answer);
    }

    [Fact]
    public void A_question_without_images_is_read_alone()
    {
        using var scope = NewDisposeScope();
        using var model = AskedModel.Make();
        var assistant = AskedModel.Assistant(model);

        var answer = string.Concat(assistant.Answer([], "what?", Greedy));

        Assert.Equal(AskedModel.Single(model, null, assistant.Conversations.Prompt([new(ConversationRole.User, "what?")]), Greedy), answer);
    }

    [Fact]
    public void A_question_that_shows_another_number_of_images_is_refused()
    {
        using var model = AskedModel.Make();

        var refused = Assert.Throws<ConfigurationException>(
            () => AskedModel.Assistant(model).Answer([AskedModel.Picture(1)], "<image><image>?", Greedy).ToList());

        Assert.Equal(
            "The question has <image> 2 times and is on 1 images; it shows each image once, or none, and they stand before it.",
            refused.Message);
    }

    [Fact]
    public void What_does_not_fit_the_model_is_refused_with_both_numbers()
    {
        using var model = AskedModel.Make();
        var refused = Assert.Throws<ConfigurationException>(() => new VisionLanguageAssistant(
            model, new ConversationTokenizer(ConversationTemplate.Plain, new EndedBytes(), 9), new ImageProcessor { Size = 32 }));

        Assert.Equal(
            [
                "Images are made 32 pixels wide; the encoder takes 8.",
                "Conversations have 9 places for an image; the encoder gives 4.",
                "The tokenizer has 257 ids and the language model 256; a model is asked with its own tokenizer.",
            ],
            refused.Problems);
    }

    [Fact]
    public void A_template_without_an_end_is_a_caution_unless_the_tokenizer_has_an_end_id()
    {
        using var model = AskedModel.Make();

        Assert.Empty(AskedModel.Assistant(model).Cautions);
        Assert.Contains("no mark behind an answer", Assert.Single(new VisionLanguageAssistant(
            model, new ConversationTokenizer(new ConversationTemplate("bare"), new ByteTokenizer(), 4), AskedModel.Processor).Cautions),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Asking_leaves_no_tensor_behind()
    {
        using var model = AskedModel.Make();
        var assistant = AskedModel.Assistant(model);
        _ = string.Concat(assistant.Answer([AskedModel.Picture(1)], "what?", Greedy));
        var before = LiveTensors.Count;

        _ = string.Concat(assistant.Answer([AskedModel.Picture(1)], "what?", Greedy));
        _ = assistant.Answer([AskedModel.Picture(2)], "what?", Greedy).First();

        Assert.Equal(before, LiveTensors.Count);
    }
}
