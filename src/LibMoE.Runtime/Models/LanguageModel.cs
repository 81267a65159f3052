using LibMoE.Runtime.Models;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// A decoder-only language model of the Llama family whose FFNs are dense or mixtures.
/// </summary>
/// <remarks>
/// State-dict names: <c>embedding.weight [V,D]</c>; under <c>blocks.{i}.</c>: <c>attention_norm.weight</c>,
/// <c>attention.{query|key|value|output}.weight</c> [outputs, inputs], <c>attention.{query|key}_norm.weight</c>, <c>attention.sinks
/// [A]</c>, <c>ffn_norm.weight</c>, after parts <c>attention_after_norm.weight</c> and <c>ffn_after_norm.weight</c>, and under <c>ffn.</c>
/// the mixture's own names, or <c>gate_up [D,2H]</c> (gate half first) or <c>up [D,H]</c>, and <c>down [H,D]</c>; then <c>norm.weight</c>
/// and, untied, <c>head.weight [V,D]</c>. Biases, where the configuration asks for them, stand beside their weight.
/// </remarks>
public sealed partial class LanguageModel : nn.Module<Tensor, MoeContext, LanguageModelOutput>
{
    private readonly RotaryEmbedding _rotary;

    [ComponentName(Name = "embedding")]
    private readonly TokenEmbedding _embedding;

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<Block> _blocks = [];

    [ComponentName(Name = "norm")]
    private readonly Norm _norm;

    [ComponentName(Name = "head")]
    private readonly Projection? _head;

    private LanguageModel(ModelConfig config, MoeVariant? variant, MoeShape init)
        : base(nameof(LanguageModel))
    {
        (Config, Variant, Compute) = (config, variant, init.Compute ?? init.DType);
        var parameters = new ParameterSource(BackboneParameters.Of(config, mixture: variant is not null), init);
        _rotary = new RotaryEmbedding(config);
        _embedding = new TokenEmbedding(parameters, "embedding.");
        var mixtures = new List<MoeLayer>();
        for (var block = 0; block < config.Layers; block++)
        {
            var prefix = $"blocks.{block}.";
            var mixture = config.IsMoeBlock(block)
                ? variant?.In(block)?.Create(init with { Layer = mixtures.Count, Prefix = prefix + "ffn." })
                : null;
            if (mixture is not null && config.RouterStd is { } std)
            {
                InitialRouter.Scale(mixture, std);
            }

            _blocks.append(new Block(config, block, _rotary, mixture, parameters));
            mixtures.AddRange(mixture is null ? [] : [mixture]);
        }

        MoeLayers = mixtures;
        _norm = new Norm(config.Norm, config.NormEpsilon, parameters, "norm.", config.NormUnitOffset);
        _head = config.TieEmbeddings ? null : new Projection(parameters, "head.");
        RegisterComponents();
    }

    /// <summary>The backbone; where the variant's layers differ by block, with the blocks that have one.</summary>
    public ModelConfig Config { get; }

    /// <summary>The mixture in the MoE blocks, or what says which block has which; null for a dense model.</summary>
    public MoeVariant? Variant { get; }

    /// <summary>The variant's name, or <c>Dense</c>.</summary>
    public string Name => Variant?.Name ?? MoeVariant.Dense;

    /// <summary>The type in which the experts' matmuls are computed.</summary>
    public ScalarType Compute { get; }

    /// <summary>SHA-256 of what decides the FFNs' shapes and forward pass: the declaration's <see cref="MoeDeclaration.Structure"/>, or for
    /// a dense model that of its FFN.</summary>
    public string StructureHash => Variant?.Declaration.Structure ?? DenseFeedForward.Structure(Config);

    /// <summary>The MoE layers, in the order of the blocks; empty for a dense model.</summary>
    public IReadOnlyList<MoeLayer> MoeLayers { get; }

    /// <summary>In training, keeps only the input of each block for the backward pass and computes the block again there. A gradient then
    /// goes through <see cref="Routing.Logits"/> only where the next layer reads them.</summary>
    public bool Recompute { get; set; }

    private Head Head => new(_head?.Weight_OI ?? _embedding.Weight_VD, _head?.Bias_O, Config.LogitScale);

    /// <summary>Replaces the picks of every MoE layer, given the tokens [S, L], in forward passes whose context does not reroute;
    /// null replaces none.</summary>
    internal Func<MoeLayer, Routing, Tensor, Picks>? Disturbance { get; set; }

    /// <summary>Receives every block's output as it is made.</summary>
    internal Action<int, Tensor, Routing?>? BlockRan { get; set; }

    /// <summary>Replaces the input of every block, [S, L, D], by one of the same numbers.</summary>
    internal Func<int, Tensor, Tensor>? BlockInput { get; set; }

    /// <summary>Whether each token is known to be routed by what it is alone. Where experts choose tokens, or seats are limited, or slots
    /// mix a whole sequence, a text read in parts gives other logits than the text read at once.</summary>
    public bool RoutesTokensAlone => MoeLayers.All(layer => layer.Declaration.RoutesTokensAlone == true);

    /// <summary>
    /// Makes a model with its initial parameters. Each draws from a generator of its own, seeded by the seed and its full name: models of
    /// one seed share all parameters of equal name and shape, whatever else differs.
    /// </summary>
    /// <param name="config">The backbone.</param>
    /// <param name="variant">The mixture in the MoE blocks; null makes a dense model.</param>
    /// <param name="seed">The seed of the initial parameters.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="compute">The type of the expert matmuls; null takes <paramref name="dtype"/>.</param>
    /// <param name="device">Where the parameters live; null is the CPU.</param>
    /// <param name="ranks">The processes that will train it together; null is one.</param>
    /// <param name="experts">Which of them have which experts; null as the ranks share them.</param>
    /// <exception cref="ConfigurationException">The configuration has problems, the variant declares layers for blocks that the model does
    /// not have, or the parameters do not fit into this machine's memory.</exception>
    public static LanguageModel Create(
        ModelConfig config,
        MoeVariant? variant = null,
        long seed = 0,
        ScalarType dtype = ScalarType.Float32,
        ScalarType? compute = null,
        Device? device = null,
        Ranks? ranks = null,
        ExpertRanks? experts = null)
    {
        experts ??= (ranks ?? Ranks.One).Experts;
        ConfigurationException.ThrowIfAny([.. config.Problems(), .. BlockLayout.Problems(config, variant?.Declaration)]);
        config = BlockLayout.Of(config, variant?.Declaration);
        if (device is null || device.type == TorchSharp.DeviceType.CPU)
        {
            ModelMemory.RefuseTooLarge(config, variant, dtype, experts.Group.Size);
        }

        using var scope = NewDisposeScope();
        var init = new MoeShape(config.Dim, config.Hidden, Layers: config.Layers)
        {
            Vocabulary = config.Vocabulary,
            DType = dtype,
            Compute = compute,
            Device = device,
            Seed = seed,
            Ranks = ranks ?? Ranks.One,
            Experts = experts,
        };
        return new LanguageModel(config, variant, init);
    }

    /// <summary>Predicts the next tokens without a mask or any other context.</summary>
    /// <param name="ids_SL">Token ids [S, L] int64.</param>
    public LanguageModelOutput forward(Tensor ids_SL) => forward(ids_SL, MoeContext.None);

    /// <summary>Predicts the next token after each token.</summary>
    /// <param name="ids_SL">Token ids [S, L] int64; L at most <see cref="ModelConfig.Context"/>.</param>
    /// <param name="context">What the MoE layers receive: mask, step, whether to compute losses, rerouting. Token ids and the logits of
    /// the MoE layer before are filled in here. A masked token still takes part in attention: masks are for padding at the end.</param>
    public override LanguageModelOutput forward(Tensor ids_SL, MoeContext context) => forward(ids_SL, context, position: 0);

    /// <summary>Predicts the next tokens of a text whose first token stands at a later position.</summary>
    /// <param name="ids_SL">Token ids [S, L] int64.</param>
    /// <param name="context">What the MoE layers receive.</param>
    /// <param name="position">The position of the first token; position + L is at most <see cref="ModelConfig.Context"/>.</param>
    /// <exception cref="ArgumentException">The text is longer than the context.</exception>
    public LanguageModelOutput forward(Tensor ids_SL, MoeContext context, long position) => Read(ids_SL, context, position, cache: null);

    /// <summary>Reads on after what a cache holds, and adds the new tokens to it.</summary>
    /// <param name="ids_SL">The new tokens' ids [S, L] int64, for the S sequences of the cache.</param>
    /// <param name="context">What the MoE layers receive.</param>
    /// <param name="cache">Empty for the start of a text.</param>
    /// <returns>The logits and routing of the new tokens.</returns>
    /// <exception cref="ArgumentException">The text is longer than the context, or the cache has another number of sequences.</exception>
    public LanguageModelOutput forward(Tensor ids_SL, MoeContext context, KeyValueCache cache) =>
        ReadOn(ids_SL, context, cache, embedded_SLD: null);

    /// <summary>The learned vector of each token, which the blocks start from.</summary>
    /// <param name="ids_SL">Token ids [S, L] int64.</param>
    /// <returns>[S, L, D].</returns>
    public Tensor Embed(Tensor ids_SL)
    {
        using var scope = NewDisposeScope();
        return Scaled(_embedding.forward(ids_SL), Config.EmbeddingScale).MoveToOuterDisposeScope();
    }

    /// <summary>Predicts the next tokens of a text of which some vectors are no tokens' own, such as the features of an image.</summary>
    /// <param name="embedded_SLD">What the blocks start from [S, L, D].</param>
    /// <param name="ids_SL">The ids beside it [S, L] int64, which gates by token id read; any id of the vocabulary where there is no
    /// token.</param>
    /// <param name="context">Passed on to the MoE layers.</param>
    /// <param name="cache">What was read before, and takes what is read; null reads from position 0 and keeps nothing.</param>
    /// <returns>The logits and routing of the new tokens.</returns>
    /// <exception cref="ArgumentException">The shapes differ, the text is longer than the context, or the cache has another number of
    /// sequences.</exception>
    public LanguageModelOutput forward(Tensor embedded_SLD, Tensor ids_SL, MoeContext context, KeyValueCache? cache = null)
    {
        if (embedded_SLD.dim() != 3 || embedded_SLD.shape[2] != Config.Dim || !embedded_SLD.shape.AsSpan(0, 2).SequenceEqual(ids_SL.shape))
        {
            throw new ArgumentException(
                $"The model takes vectors [S, L, {Config.Dim}] for ids [{string.Join(", ", ids_SL.shape)}]; "
                + $"it got [{string.Join(", ", embedded_SLD.shape)}].",
                nameof(embedded_SLD));
        }

        return cache is null ? Read(ids_SL, context, 0, null, embedded_SLD) : ReadOn(ids_SL, context, cache, embedded_SLD);
    }

    /// <summary>What the head reads: the last block's output, normalised.</summary>
    /// <param name="ids_SL">Token ids [S, L] int64; L at most <see cref="ModelConfig.Context"/>.</param>
    /// <param name="context">Passed on to the MoE layers.</param>
    /// <returns>[S, L, D].</returns>
    /// <exception cref="ArgumentException">The text is longer than the context.</exception>
    public Tensor Hidden(Tensor ids_SL, MoeContext context)
    {
        Check(ids_SL, position: 0);
        using var scope = NewDisposeScope();
        return RunBlocks(Embed(ids_SL), ids_SL, context, new BlockPlace(0, 0, null)).x_SLD.MoveToOuterDisposeScope();
    }

    /// <inheritdoc cref="RotaryEmbedding.Float32Tables"/>
    internal (Tensor Cos_PJ, Tensor Sin_PJ) RotaryTables() => _rotary.Float32Tables();

    /// <summary>Reads on in several texts in one pass: their new tokens stand one after the other in one sequence, and only attention keeps
    /// them apart. The caller has seen that tokens are routed alone.</summary>
    /// <param name="texts">The new tokens, and what was read before them.</param>
    /// <param name="context">Passed on to the MoE layers.</param>
    /// <returns>The logits after the last new token of each text [N, V], and how all new tokens were routed.</returns>
    /// <exception cref="ArgumentException">A text is longer than the context.</exception>
    internal (Tensor Logits_NV, IReadOnlyList<Routing> Routings) ReadOn(JoinedTexts texts, MoeContext context)
    {
        if (texts.Parts.FirstOrDefault(part => part.Cache.Length + part.Tokens > Config.Context) is { } late)
        {
            throw new ArgumentException(
                $"The model takes {Config.Context} tokens of a text; one has {late.Cache.Length + late.Tokens}.", nameof(texts));
        }

        using var scope = NewDisposeScope();
        var (x_SLD, routings) = RunBlocks(
            Embed(texts.Ids_SL), texts.Ids_SL, context, new BlockPlace(0, 0, null, texts));
        var logits_NV = Predict(x_SLD.index_select(1, texts.Last_N).squeeze(0));
        routings.ForEach(routing => routing.MoveToOuterDisposeScope());
        foreach (var part in texts.Parts)
        {
            part.Cache.Advance(part.Tokens);
        }

        return (logits_NV.MoveToOuterDisposeScope(), routings);
    }

    private LanguageModelOutput ReadOn(Tensor ids_SL, MoeContext context, KeyValueCache cache, Tensor? embedded_SLD)
    {
        if (cache.Sequences != 0 && ids_SL.shape[0] != cache.Sequences)
        {
            throw new ArgumentException(
                $"The cache has read {cache.Sequences} sequences; it got tokens for {ids_SL.shape[0]}.", nameof(ids_SL));
        }

        var output = Read(ids_SL, context, cache.Length, cache, embedded_SLD);
        cache.Advance(ids_SL.shape[1]);
        return output;
    }

    private LanguageModelOutput Read(Tensor ids_SL, MoeContext context, long position, KeyValueCache? cache, Tensor? embedded_SLD = null)
    {
        Check(ids_SL, position);
        using var scope = NewDisposeScope();
        var (x_SLD, routings) = RunBlocks(
            embedded_SLD ?? Embed(ids_SL), ids_SL, context, new BlockPlace(0, position, cache));
        var logits_SLV = Predict(x_SLD);
        routings.ForEach(routing => routing.MoveToOuterDisposeScope());
        return new LanguageModelOutput(logits_SLV.MoveToOuterDisposeScope(), routings)
        {
            Hidden = cache is null ? x_SLD.MoveToOuterDisposeScope() : null,
        };
    }

    private void Check(Tensor ids_SL, long position)
    {
        if (ids_SL.dim() != 2 || position < 0 || position + ids_SL.shape[1] > Config.Context)
        {
            throw new ArgumentException(
                $"The model takes token ids [S, L] up to position {Config.Context - 1}; it got [{string.Join(", ", ids_SL.shape)}] "
                    + $"from position {position}.",
                nameof(ids_SL));
        }
    }

    private Tensor Predict(Tensor x) => Head.Predict(x);

    private static Tensor Scaled(Tensor x, double? factor) => factor is { } number ? x.Times(number) : x;

    /// <summary>Runs all blocks and the last norm, in the caller's dispose scope.</summary>
    private (Tensor x_SLD, List<Routing> Routings) RunBlocks(Tensor x_SLD, Tensor ids_SL, MoeContext context, BlockPlace first)
    {
        var routings = new List<Routing>(MoeLayers.Count);
        var recompute = Recompute && training && is_grad_enabled();

        // A block that is computed again takes part in the backward pass by its input, also where the embedding is frozen.
        x_SLD = recompute && !x_SLD.requires_grad ? x_SLD.detach().requires_grad_(true) : x_SLD;
        foreach (var (index, block) in _blocks.Index())
        {
            var (place, passed) = (first with { Block = index }, PassedOn(context, ids_SL, routings));
            x_SLD = BlockInput?.Invoke(index, x_SLD) ?? x_SLD;
            (x_SLD, var routing) = recompute
                ? RecomputedBlock.Run(block, x_SLD, place, passed)
                : block.Run(x_SLD, place, passed);
            BlockRan?.Invoke(index, x_SLD, routing);
            routings.AddRange(routing is null ? [] : [routing]);
        }

        return (_norm.forward(x_SLD), routings);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rotary.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <param name="context">What the caller passes.</param>
    /// <param name="ids_SL">The tokens.</param>
    /// <param name="before">What the MoE layers did so far: as many as there were.</param>
    private MoeContext PassedOn(MoeContext context, Tensor ids_SL, List<Routing> before) => new()
    {
        TokenIds = ids_SL,
        Mask = context.Mask,
        PreviousLogits = before.LastOrDefault()?.Logits?.reshape(ids_SL.shape[0], ids_SL.shape[1], -1),
        Step = context.Step,
        Losses = context.Losses,
        Reroute = context.Reroute ?? (Disturbance is { } disturb && before.Count < MoeLayers.Count
            ? own => disturb(MoeLayers[before.Count], own, ids_SL)
            : null),
    };
}
