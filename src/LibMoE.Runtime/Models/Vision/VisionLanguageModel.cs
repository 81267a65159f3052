using LibMoE.Runtime.Models.Vision;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// A model that reads texts with images in them: the encoder's features go through the connector and stand in the text as vectors of tokens
/// do, one place for each, under plain causal attention (LLaVA, Liu et al. 2023).
/// </summary>
/// <remarks>State-dict names: those of the parts under <c>vision.</c>, <c>connector.</c> and <c>language.</c></remarks>
public sealed class VisionLanguageModel : nn.Module<Tensor, Tensor?, MoeContext, VisionLanguageOutput>
{
    /// <summary>The id of a place for one feature of an image, as LLaVA has it. It is in no vocabulary.</summary>
    public const int ImageToken = ConversationTokens.Image;

    [ComponentName(Name = "vision")]
    private readonly VisionEncoder _vision;

    [ComponentName(Name = "connector")]
    private readonly Connector _connector;

    [ComponentName(Name = "language")]
    private readonly LanguageModel _language;

    /// <summary>Puts three parts together; the model owns them.</summary>
    /// <param name="vision">The image encoder.</param>
    /// <param name="connector">From its features to the language model's vectors.</param>
    /// <param name="language">The language model.</param>
    /// <exception cref="ConfigurationException">The parts do not fit together.</exception>
    public VisionLanguageModel(VisionEncoder vision, Connector connector, LanguageModel language)
        : base(nameof(VisionLanguageModel))
    {
        (_vision, _connector, _language) = (vision, connector, language);
        Config = new VisionLanguageConfig { Vision = vision.Config, Connector = connector.Config, Language = language.Config };
        ConfigurationException.ThrowIfAny(Config.Problems());
        MoeLayers = [.. vision.MoeLayers, .. connector.MoeLayers, .. language.MoeLayers];
        RegisterComponents();
    }

    /// <summary>The three parts' configurations.</summary>
    public VisionLanguageConfig Config { get; }

    /// <summary>The image encoder.</summary>
    public VisionEncoder Vision => _vision;

    /// <summary>From its features to the language model's vectors.</summary>
    public Connector Connector => _connector;

    /// <summary>The language model.</summary>
    public LanguageModel Language => _language;

    /// <summary>The MoE layers of the encoder, of the connector and of the language model.</summary>
    public IReadOnlyList<MoeLayer> MoeLayers { get; }

    /// <summary>How many places an image takes in a text.</summary>
    public int TokensPerImage => Config.Vision.Features;

    /// <summary>What works and is probably not meant, one sentence each.</summary>
    public IReadOnlyList<string> Cautions => Config.Vision.Cautions(_vision.Variant is not null);

    /// <summary>Makes a model with its initial parameters.</summary>
    /// <param name="config">The three parts.</param>
    /// <param name="variants">Their mixtures; null makes a dense model.</param>
    /// <param name="seed">The seed of the initial parameters.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="compute">The type of the expert matmuls; null takes <paramref name="dtype"/>.</param>
    /// <param name="device">Where the parameters live; null is the CPU.</param>
    /// <exception cref="ConfigurationException">The configuration has problems.</exception>
    public static VisionLanguageModel Create(
        VisionLanguageConfig config,
        VisionLanguageVariants? variants = null,
        long seed = 0,
        ScalarType dtype = ScalarType.Float32,
        ScalarType? compute = null,
        Device? device = null)
    {
        ConfigurationException.ThrowIfAny(config.Problems());
        variants ??= new VisionLanguageVariants();
        return new VisionLanguageModel(
            VisionEncoder.Create(config.Vision, variants.Vision, seed, dtype, compute, device),
            Connector.Create(config.Connector.Between(config.Vision, config.Language), variants.Connector, seed, dtype, compute, device),
            LanguageModel.Create(config.Language, variants.Language, seed, dtype, compute, device));
    }

    /// <summary>Predicts the next token after each token.</summary>
    /// <param name="ids_SL">Ids [S, L] int64, with <see cref="ImageToken"/> <see cref="TokensPerImage"/> times where an image
    /// stands.</param>
    /// <param name="images_ICHW">The images of all texts in their order, normalised [I, C, H, W]; null where there are none.</param>
    /// <param name="context">Passed on to the MoE layers; the mask is for the language model alone.</param>
    /// <exception cref="ArgumentException">The texts have places for another number of images, or are longer than the context.</exception>
    public override VisionLanguageOutput forward(Tensor ids_SL, Tensor? images_ICHW, MoeContext context)
    {
        if (images_ICHW is null)
        {
            return Read(ids_SL, null, context, cache: null);
        }

        using var scope = NewDisposeScope();
        var seen = See(images_ICHW, context);
        var output = Read(ids_SL, seen, context, cache: null);
        return Leave(output);
    }

    /// <summary>The vectors that images are in a text, to be read many times.</summary>
    /// <param name="images_ICHW">Normalised images [I, C, H, W].</param>
    /// <param name="context">Passed on to the MoE layers.</param>
    public SeenImages See(Tensor images_ICHW, MoeContext context)
    {
        using var scope = NewDisposeScope();
        var encoded = _vision.forward(images_ICHW, context);
        var connected = _connector.forward(encoded.Features, context);
        foreach (var routing in encoded.Routings.Concat(connected.Routings))
        {
            routing.MoveToOuterDisposeScope();
        }

        return new SeenImages(connected.Features.MoveToOuterDisposeScope(), encoded.Routings, connected.Routings);
    }

    /// <summary>Reads texts, or reads on in texts, with images that were seen before.</summary>
    /// <param name="ids_SL">The new tokens' ids [S, L] int64, with places for the images.</param>
    /// <param name="seen">The images that stand among the new tokens; null where there are none.</param>
    /// <param name="context">Passed on to the language model's MoE layers.</param>
    /// <param name="cache">What was read before, and takes what is read; null reads from the start and keeps nothing.</param>
    /// <exception cref="ArgumentException">The texts have places for another number of images, or are longer than the context.</exception>
    public VisionLanguageOutput Read(Tensor ids_SL, SeenImages? seen, MoeContext context, KeyValueCache? cache)
    {
        using var scope = NewDisposeScope();
        var (x_SLD, readable_SL) = Spliced(ids_SL, seen);
        var output = _language.forward(x_SLD, readable_SL, context, cache);
        return Leave(new VisionLanguageOutput(output.Logits, seen?.Vision ?? [], seen?.Connector ?? [], output.Routings), seen);
    }

    /// <summary>The mean loss of the labelled tokens, for which the head does not read the others, and what the MoE layers did, in the
    /// order of <see cref="MoeLayers"/>.</summary>
    /// <param name="ids_SL">Ids [S, L] int64, with places for the images.</param>
    /// <param name="seen">The images that stand among them.</param>
    /// <param name="labels_SL">The id of each token that is to be predicted, <see cref="AnswerLoss.Ignored"/> for the others.</param>
    /// <param name="context">Passed on to the language model's MoE layers.</param>
    internal (Tensor Loss, IReadOnlyList<Routing> Routings) LossOfAnswers(
        Tensor ids_SL, SeenImages seen, Tensor labels_SL, MoeContext context)
    {
        using var scope = NewDisposeScope();
        var (x_SLD, readable_SL) = Spliced(ids_SL, seen);
        var (loss, routings) = _language.LossOfAnswers(readable_SL, labels_SL, context, x_SLD);
        foreach (var routing in routings)
        {
            routing.MoveToOuterDisposeScope();
        }

        return (loss.MoveToOuterDisposeScope(), [.. seen.Vision, .. seen.Connector, .. routings]);
    }

    /// <summary>What the language model's blocks start from, and ids that it can read.</summary>
    private (Tensor x_SLD, Tensor Readable_SL) Spliced(Tensor ids_SL, SeenImages? seen)
    {
        var readable_SL = ImageTokens.Readable(ids_SL);
        var images_IND = seen?.Vectors ?? zeros([0, TokensPerImage, Config.Language.Dim], dtype: ScalarType.Float32, device: ids_SL.device);
        return (ImageTokens.Splice(ids_SL, _language.Embed(readable_SL), images_IND), readable_SL);
    }

    /// <summary>Moves an output out of the current scope; what was seen before stays where it is.</summary>
    private static VisionLanguageOutput Leave(VisionLanguageOutput output, SeenImages? seen = null)
    {
        output.Logits.MoveToOuterDisposeScope();
        foreach (var routing in seen is null ? output.Routings : output.Language)
        {
            routing.MoveToOuterDisposeScope();
        }

        return output;
    }
}
