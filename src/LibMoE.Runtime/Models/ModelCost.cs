using LibMoE.Runtime.Models;

namespace LibMoE.Runtime;

/// <summary>Parameters and FLOPs of a model by formula: nothing is allocated.</summary>
public static class ModelCost
{
    private const int WidthMultiple = 8;

    /// <summary>All parameters, with the embedding and the head; a tied head counts once, buffers do not count.</summary>
    /// <param name="config">The backbone.</param>
    /// <param name="declaration">The mixture in its MoE blocks; null for a dense model.</param>
    public static long TotalParameters(ModelConfig config, MoeDeclaration? declaration) =>
        Backbone(config, declaration).Sum(spec => spec.Count) + Mixtures(
            config, declaration, (mixture, shape) => mixture.TotalParameters(shape));

    /// <summary>The parameters that one token uses: all of the backbone, and of each mixture what
    /// <see cref="MoeDeclaration.ActiveParameters"/> counts.</summary>
    /// <param name="config">The backbone.</param>
    /// <param name="declaration">The mixture in its MoE blocks; null for a dense model.</param>
    public static long ActiveParameters(ModelConfig config, MoeDeclaration? declaration) =>
        Backbone(config, declaration).Sum(spec => spec.Count) + Mixtures(
            config, declaration, (mixture, shape) => mixture.ActiveParameters(shape));

    /// <summary>
    /// Floating-point operations of one token's forward pass, 2 per multiply-add: every matrix, the head included, and attention's two
    /// products with the tokens that a token sees on average over the context of N tokens: (N + 1)/2, or W·(2N − W + 1)/2N in a block with
    /// a window of W. Latent attention is counted as a text is read at once: keys and values are made of each token's latent once. The
    /// embedding is a look-up and costs nothing; so do sinks and the factors of embedding, parts and logits.
    /// </summary>
    /// <param name="config">The backbone.</param>
    /// <param name="declaration">The mixture in its MoE blocks; null for a dense model.</param>
    public static long FlopsPerToken(ModelConfig config, MoeDeclaration? declaration)
    {
        var matrices = Backbone(config, declaration)
            .Where(spec => spec.Shape.Length == 2 && (config.TieEmbeddings || spec.Name != "embedding.weight"))
            .Sum(spec => 2 * spec.Count);
        var attention = Enumerable.Range(0, config.Layers)
            .Sum(block => Attention((long)config.Heads * (config.HeadWidth + config.ValueWidth), config.Context, config.WindowOf(block)));
        return matrices + attention + Mixtures(config, declaration, (mixture, shape) => mixture.FlopsPerToken(shape));
    }

    /// <summary>
    /// The same backbone with the dense FFN width that gives it as many active parameters as the mixture has, routers included; rounded to
    /// a multiple of 8, as odd widths would slow the baseline's matmuls down. The activation stays.
    /// </summary>
    /// <param name="config">The backbone.</param>
    /// <param name="declaration">The mixture to match.</param>
    public static ModelConfig DenseEquivalent(ModelConfig config, MoeDeclaration declaration)
    {
        long Dense(int hidden) => ActiveParameters(config with { Hidden = hidden }, declaration: null);
        var perUnit = Dense(2) - Dense(1);
        var width = (double)(ActiveParameters(config, declaration) - Dense(1) + perUnit) / perUnit;
        return config with { Hidden = Math.Max(1, (int)Math.Round(width / WidthMultiple)) * WidthMultiple };
    }

    /// <summary>2 operations for each channel of keys and of values and each token that is seen, on average over the context.</summary>
    private static long Attention(long channels, long context, int? window)
    {
        var most = Math.Min(window ?? context, context);
        return channels * most * (2 * context - most + 1) / context;
    }

    private static IEnumerable<ParameterSpec> Backbone(ModelConfig config, MoeDeclaration? declaration) =>
        BackboneParameters.Of(BlockLayout.Of(config, declaration), mixture: declaration is not null);

    private static long Mixtures(ModelConfig config, MoeDeclaration? declaration, Func<MoeDeclaration, MoeShape, long> count) =>
        declaration is null ? 0 : Of(config, declaration).Sum(mixture => count(mixture.Declaration, mixture.Shape));

    /// <summary>How many parameters the stacks of routed experts have, which ranks can share.</summary>
    internal static long StackedParameters(ModelConfig config, MoeDeclaration? declaration) => Mixtures(
        config, declaration, (layer, shape) => layer.Parameters(shape).Where(spec => spec.IsStacked).Sum(spec => spec.Count));

    /// <summary>The mixtures of a model with the shapes that they have in it, in the order of the blocks.</summary>
    /// <param name="config">The backbone.</param>
    /// <param name="declaration">The mixture in its MoE blocks, or what says which block has which.</param>
    internal static IEnumerable<(int Block, MoeDeclaration Declaration, MoeShape Shape)> Of(
        ModelConfig config, MoeDeclaration declaration) =>
        BlockLayout.Of(config, declaration).MoeBlockNumbers
            .Where(block => declaration.In(block) is not null)
            .Select((block, layer) => (block, declaration.In(block)!, new MoeShape(config.Dim, config.Hidden, layer, config.Layers)
            {
                Vocabulary = config.Vocabulary,
            }));
}
