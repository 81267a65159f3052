using LibMoE.Runtime.Models;
using LibMoE.Runtime.Models.Vision;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>An image encoder of the ViT family whose FFNs are dense or mixtures.</summary>
/// <remarks>
/// State-dict names: <c>embedding.{patch.weight [D,C,P,P]|patch.bias|class_token [D]|position.weight [N,D]}</c>, <c>pre_norm</c>; under
/// <c>blocks.{i}.</c>: <c>attention_norm</c>, <c>attention.{query|key|value|output}</c>, <c>ffn_norm</c>, and under <c>ffn.</c> the
/// mixture's own names, or <c>up [D,H]</c>, <c>down [H,D]</c>, <c>up_bias</c>, <c>down_bias</c>; then <c>norm</c>. Norms and projections
/// have <c>weight</c> and <c>bias</c>.
/// </remarks>
public sealed class VisionEncoder : nn.Module<Tensor, MoeContext, VisionOutput>
{
    private readonly ImageScales? _scales;

    [ComponentName(Name = "embedding")]
    private readonly PatchEmbedding _embedding;

    [ComponentName(Name = "pre_norm")]
    private readonly Norm? _preNorm;

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<VisionBlock> _blocks = [];

    [ComponentName(Name = "norm")]
    private readonly Norm _norm;

    private VisionEncoder(VisionConfig config, MoeVariant? variant, MoeShape init)
        : base(nameof(VisionEncoder))
    {
        (Config, Variant) = (config, variant);
        _scales = config.Scales is [1] ? null : new ImageScales(config);
        var parameters = new ParameterSource(VisionParameters.Of(config, mixture: variant is not null, Place), init);
        _embedding = new PatchEmbedding(config, parameters, Place + "embedding.");
        _preNorm = config.PreNorm ? new Norm(NormKind.Layer, config.NormEpsilon, parameters, Place + "pre_norm.") : null;
        var mixtures = new List<MoeLayer>();
        for (var block = 0; block < config.Layers; block++)
        {
            var prefix = $"{Place}blocks.{block}.";
            var mixture = config.IsMoeBlock(block)
                ? variant?.In(block)?.Create(init with { Layer = mixtures.Count, Prefix = prefix + "ffn." })
                : null;
            if (mixture is not null && config.RouterStd is { } std)
            {
                InitialRouter.Scale(mixture, std);
            }

            _blocks.append(new VisionBlock(config, mixture, parameters, prefix));
            mixtures.AddRange(mixture is null ? [] : [mixture]);
        }

        MoeLayers = mixtures;
        _norm = new Norm(NormKind.Layer, config.NormEpsilon, parameters, Place + "norm.");
        RegisterComponents();
    }

    /// <summary>What stands before every parameter's name where its generator is seeded: an encoder shares no draws with a language
    /// model.</summary>
    internal const string Place = "vision.";

    /// <summary>The encoder.</summary>
    public VisionConfig Config { get; }

    /// <summary>The mixture in the MoE blocks; null for a dense encoder.</summary>
    public MoeVariant? Variant { get; }

    /// <summary>The MoE layers, in the order of the blocks.</summary>
    public IReadOnlyList<MoeLayer> MoeLayers { get; }

    /// <summary>Makes an encoder with its initial parameters; each draws from a generator of its own, seeded by the seed and its full
    /// name.</summary>
    /// <param name="config">The encoder.</param>
    /// <param name="variant">The mixture in the MoE blocks; null makes a dense encoder.</param>
    /// <param name="seed">The seed of the initial parameters.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="compute">The type of the expert matmuls; null takes <paramref name="dtype"/>.</param>
    /// <param name="device">Where the parameters live; null is the CPU.</param>
    /// <exception cref="ConfigurationException">The configuration has problems.</exception>
    public static VisionEncoder Create(
        VisionConfig config,
        MoeVariant? variant = null,
        long seed = 0,
        ScalarType dtype = ScalarType.Float32,
        ScalarType? compute = null,
        Device? device = null)
    {
        ConfigurationException.ThrowIfAny([.. config.Problems(), .. BlockLayout.Problems(config, variant?.Declaration)]);
        config = BlockLayout.Of(config, variant?.Declaration);
        using var scope = NewDisposeScope();
        var init = FeedForwardShape.Of(config).Mixture(0) with { DType = dtype, Compute = compute, Device = device, Seed = seed };
        return new VisionEncoder(config, variant, init);
    }

    /// <summary>Encodes images without any context.</summary>
    /// <param name="images_ICHW">Normalised images [I, C, H, W].</param>
    public VisionOutput forward(Tensor images_ICHW) => forward(images_ICHW, MoeContext.None);

    /// <summary>Encodes images.</summary>
    /// <param name="images_ICHW">Normalised images [I, C, H, W]. With several <see cref="VisionConfig.Scales"/> they are
    /// <see cref="VisionConfig.InputSize"/> wide and high; with one, of any size that holds a patch: positions are stretched to it.</param>
    /// <param name="context">Passed on to the MoE layers: step, whether to compute losses, rerouting.</param>
    /// <returns>The features [I, N, W], and one routing per MoE block. Blocks behind the features run only where a mixture is among them,
    /// whose balancing terms count.</returns>
    /// <exception cref="ArgumentException">The images have another size or number of colours.</exception>
    public override VisionOutput forward(Tensor images_ICHW, MoeContext context)
    {
        Check(images_ICHW);
        using var scope = NewDisposeScope();
        var x_IND = _embedding.forward(_scales is null ? images_ICHW : _scales.Tiles(images_ICHW));
        x_IND = _preNorm is null ? x_IND : _preNorm.forward(x_IND);
        var (features_IND, routings) = Blocks(x_IND, context);
        features_IND = Config.FeatureNorm ? _norm.forward(features_IND) : features_IND;
        features_IND = Config.ClassToken ? features_IND.narrow(1, 1, features_IND.shape[1] - 1) : features_IND;
        features_IND = _scales is null ? features_IND : _scales.Join(features_IND, images_ICHW.shape[0]);
        routings.ForEach(routing => routing.MoveToOuterDisposeScope());
        return new VisionOutput(features_IND.MoveToOuterDisposeScope(), routings);
    }

    private (Tensor Features_IND, List<Routing> Routings) Blocks(Tensor x_IND, MoeContext context)
    {
        var routings = new List<Routing>(MoeLayers.Count);
        var features_IND = x_IND;
        foreach (var (index, block) in _blocks.Index())
        {
            if (index >= Config.FeatureBlocks && routings.Count == MoeLayers.Count)
            {
                break;
            }

            (x_IND, var routing) = block.Run(x_IND, PassedOn(context, x_IND, routings));
            routings.AddRange(routing is null ? [] : [routing]);
            features_IND = index < Config.FeatureBlocks ? x_IND : features_IND;
        }

        return (features_IND, routings);
    }

    private static MoeContext PassedOn(MoeContext context, Tensor x_IND, List<Routing> before) => new()
    {
        PreviousLogits = before.LastOrDefault()?.Logits is { } logits_TE
            ? logits_TE.reshape(x_IND.shape[0], x_IND.shape[1], logits_TE.shape[1])
            : null,
        Step = context.Step,
        Losses = context.Losses,
        Reroute = context.Reroute,
    };

    private void Check(Tensor images_ICHW)
    {
        var shape = images_ICHW.shape;
        var size = Config.InputSize;
        if (shape.Length != 4 || shape[1] != Config.Channels || (_scales is null
            ? shape[2] < Config.PatchSize || shape[3] < Config.PatchSize
            : shape[2] != size || shape[3] != size))
        {
            var allowed = _scales is null ? $"of at least {Config.PatchSize} pixels a side" : $"[I, {Config.Channels}, {size}, {size}]";
            throw new ArgumentException(
                $"The encoder takes images [I, {Config.Channels}, H, W] {allowed}; it got [{string.Join(", ", shape)}].",
                nameof(images_ICHW));
        }
    }
}
