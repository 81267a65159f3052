using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models.Vision;

/// <summary>A small model with random weights that is asked in bytes, an answer ending with a line.</summary>
internal static class AskedModel
{
    public static ImageProcessor Processor { get; } = new() { Size = 8 };

    public static ConversationTemplate Template { get; } = new("lines") { FirstQuestion = "Q: ", Turn = "\nA:", End = "\n" };

    public static VisionLanguageModel Make(VisionLanguageVariants? variants = null, long seed = 4)
    {
        var config = SmallModels.Config with { Language = SmallModels.Config.Language with { Vocabulary = 256, Context = 160 } };
        var model = VisionLanguageModel.Create(config, variants, seed);
        VisionUpcyclerTests.Disturb(model);
        return model;
    }

    public static VisionLanguageAssistant Assistant(
        VisionLanguageModel model, ConversationTemplate? template = null, ImageProcessor? processor = null) => new(
            model, new ConversationTokenizer(template ?? Template, new ByteTokenizer(), model.TokensPerImage), processor ?? Processor);

    /// <summary>Random pixels.</summary>
    public static RgbImage Picture(int seed)
    {
        var pixels = new byte[3 * 8 * 8];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(8, 8, pixels);
    }

    /// <summary>What a single run of the generator says, up to the end of the line.</summary>
    public static string Single(VisionLanguageModel model, Tensor? images_ICHW, int[] prompt, GenerationOptions options) =>
        new ByteTokenizer().Decode([.. TextGenerator.Tokens(model, images_ICHW, prompt, options).TakeWhile(id => id != '\n')]);
}
