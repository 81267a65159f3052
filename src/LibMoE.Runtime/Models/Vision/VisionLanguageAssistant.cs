using LibMoE.Runtime.Models.Generation;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>A vision-language model with all that it takes to ask it: how images become pixels, how a question becomes ids, and where an
/// answer ends (what transformers calls a processor, with a chat template). It does not own the model.</summary>
public sealed class VisionLanguageAssistant
{
    /// <summary>Puts a model and what it was trained with together.</summary>
    /// <param name="model">The model.</param>
    /// <param name="conversations">The template and the tokenizer that it was trained with.</param>
    /// <param name="images">Makes of images what its encoder takes.</param>
    /// <exception cref="ConfigurationException">They do not fit together.</exception>
    public VisionLanguageAssistant(VisionLanguageModel model, ConversationTokenizer conversations, ImageProcessor images)
    {
        (Model, Conversations, Images) = (model, conversations, images);
        var (size, ids) = (model.Config.Vision.InputSize, model.Config.Language.Vocabulary);
        ConfigurationException.ThrowIfAny(
        [
            .. images.Size == size ? Array.Empty<string>()
                : [$"Images are made {images.Size} pixels wide; the encoder takes {size}."],
            .. conversations.TokensPerImage == model.TokensPerImage ? Array.Empty<string>()
                : [$"Conversations have {conversations.TokensPerImage} places for an image; the encoder gives {model.TokensPerImage}."],
            .. conversations.Tokenizer.Vocabulary <= ids ? Array.Empty<string>()
                : [$"The tokenizer has {conversations.Tokenizer.Vocabulary} ids and the language model {ids}; "
                    + "a model is asked with its own tokenizer."],
        ]);
    }

    /// <summary>The model.</summary>
    public VisionLanguageModel Model { get; }

    /// <summary>The template and the tokenizer.</summary>
    public ConversationTokenizer Conversations { get; }

    /// <summary>Makes of images what the encoder takes.</summary>
    public ImageProcessor Images { get; }

    /// <summary>What works and is probably not meant, one sentence each.</summary>
    public IReadOnlyList<string> Cautions => Conversations.End().Length > 0 || EndId is not null
        ? []
        : [$"The template '{Conversations.Template.Name}' has no mark behind an answer, and the tokenizer no end id: "
            + "answers go on to their limit."];

    /// <summary>Answers a question, and gives the answer piece by piece as it is drawn.</summary>
    /// <param name="images">The images, in the order in which they are shown.</param>
    /// <param name="question">The question. <see cref="ConversationFile.ImageMark"/> stands where an image is shown; without any the
    /// images stand before it, each on a line of its own.</param>
    /// <param name="options">How tokens are drawn, and how many at most; temperature 0 gives the most likely answer.</param>
    /// <param name="until">The answer ends before any of these texts, too.</param>
    /// <param name="cancellation">Ends the answer.</param>
    /// <returns>The text without the template's marks; nothing where the model ends at once.</returns>
    /// <exception cref="ConfigurationException">The question shows another number of images, or is longer than the context.</exception>
    /// <exception cref="ImageFileException">An image is too far from a square.</exception>
    public IEnumerable<string> Answer(
        IReadOnlyList<RgbImage> images,
        string question,
        GenerationOptions options,
        IReadOnlyList<string>? until = null,
        CancellationToken cancellation = default)
    {
        Model.eval();
        using var seen = See(images);
        foreach (var piece in Answer(seen, images.Count, question, options, until ?? [], cancellation))
        {
            yield return piece;
        }
    }

    /// <summary>Sees images; null where there are none. The caller disposes what is seen.</summary>
    /// <param name="images">The images.</param>
    /// <param name="names">What they are called in messages.</param>
    internal SeenImages? See(IReadOnlyList<RgbImage> images, IReadOnlyList<string>? names = null)
    {
        if (images.Count == 0)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var images_ICHW = stack([.. images.Select((image, number) => Images.Run(image, names?[number] ?? "given"))], 0);
        return SeenImages.Of(Model, images_ICHW.to(Model.Language.parameters().First().device));
    }

    /// <summary>Answers a question on images that were seen before.</summary>
    internal IEnumerable<string> Answer(
        SeenImages? seen, int images, string question, GenerationOptions options, IReadOnlyList<string> until,
        CancellationToken cancellation)
    {
        var prompt = Conversations.Prompt([new ConversationTurn(ConversationRole.User, Placed(question, images))]);
        var answer = new AnswerStream(Conversations, until);
        var ids = TextGenerator.Tokens(Model, seen, prompt, options, EndId, cancellation);
        foreach (var id in ids.TakeWhile(id => id < Conversations.Tokenizer.Vocabulary))
        {
            yield return answer.Add(id);
            if (answer.IsOver)
            {
                break;
            }
        }

        yield return answer.Rest();
    }

    /// <summary>Texts of a vocabulary without an end id are parted by the start id.</summary>
    private int? EndId => Conversations.Tokenizer.Eos ?? Conversations.Tokenizer.Bos;

    private static string Placed(string question, int images)
    {
        var marks = question.Split(ConversationFile.ImageMark).Length - 1;
        return marks == images ? question
            : marks == 0 ? string.Concat(Enumerable.Repeat(ConversationFile.ImageMark + "\n", images)) + question
            : throw new ConfigurationException($"The question has {ConversationFile.ImageMark} {marks} times and is on {images} images; it "
                + "shows each image once, or none, and they stand before it.");
    }
}
