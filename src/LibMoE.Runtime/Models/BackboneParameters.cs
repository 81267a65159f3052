namespace LibMoE.Runtime.Models;

/// <summary>
/// The parameter table of a backbone: the state-dict names with their shapes and initial values, in the order of the state dict.
/// </summary>
/// <remarks>
/// <para>V vocabulary, D width, Q = Heads·HeadDim, G = KeyValueHeads·HeadDim, C channels of a head, H hidden width. Matrices named
/// <c>weight</c> are [outputs, inputs]; those of an FFN are [inputs, outputs], as those of experts are.</para>
/// <para><c>embedding.weight [V,D]</c>; per block i, under <c>blocks.{i}.</c>: <c>attention_norm.weight [D]</c>,
/// <c>attention.query.weight [Q,D]</c>, <c>attention.key.weight [G,D]</c>, <c>attention.value.weight [G,D]</c>,
/// <c>attention.query_norm.weight [C]</c>, <c>attention.key_norm.weight [C]</c> (across heads [Q] and [G]),
/// <c>attention.sinks [Heads]</c>, <c>attention.output.weight [D,Q]</c>, <c>attention_after_norm.weight [D]</c>, <c>ffn_norm.weight
/// [D]</c>, <c>ffn_after_norm.weight [D]</c>, then the mixture's own names under <c>ffn.</c>, or of a dense FFN
/// <c>ffn.gate_up [D,2H]</c> (gate half first) or <c>ffn.up [D,H]</c>, <c>ffn.down [H,D]</c>, <c>ffn.up_bias</c>, <c>ffn.down_bias</c>; at
/// the end <c>norm.weight [D]</c>, and untied <c>head.weight [V,D]</c>, <c>head.bias [V]</c>. Norms and the query, key and value
/// projections may have a <c>bias</c>. With latent attention the names under <c>attention.</c> are those of
/// <see cref="LatentAttentionParameters"/>.</para>
/// </remarks>
internal static class BackboneParameters
{
    /// <summary>The table.</summary>
    /// <param name="config">The backbone.</param>
    /// <param name="mixture">Whether the MoE blocks hold a mixture, whose parameters are then not in the table.</param>
    public static IEnumerable<ParameterSpec> Of(ModelConfig config, bool mixture)
    {
        var embedding = new[] { new ParameterSpec("embedding.weight", [config.Vocabulary, config.Dim], config.EmbeddingStd) };
        var blocks = Enumerable.Range(0, config.Layers)
            .SelectMany(block => Block(config, $"blocks.{block}.", dense: !(mixture && config.IsMoeBlock(block))));
        return [.. embedding, .. blocks, .. Norm(config, "norm."), .. Head(config)];
    }

    private static IEnumerable<ParameterSpec> Block(ModelConfig config, string prefix, bool dense) =>
    [
        .. Before(config, prefix + "attention_norm."),
        .. config.LatentAttention is { } latent
            ? LatentAttentionParameters.Of(config, latent, prefix + "attention.")
            : Attention(config, prefix + "attention."),
        .. After(config, prefix + "attention_after_norm."),
        .. Before(config, prefix + "ffn_norm."),
        .. dense ? FeedForwardShape.Of(config).Table(prefix + "ffn.") : [],
        .. After(config, prefix + "ffn_after_norm."),
    ];

    private static IEnumerable<ParameterSpec> Attention(ModelConfig config, string prefix)
    {
        var (query, keyValue) = ((long)config.Heads * config.HeadWidth, (long)config.KeyValueHeadCount * config.HeadWidth);
        foreach (var (name, rows) in new[] { ("query", query), ("key", keyValue), ("value", keyValue) })
        {
            yield return new ParameterSpec($"{prefix}{name}.weight", [rows, config.Dim], Std(config, config.Dim));
            if (config.AttentionBias)
            {
                yield return new ParameterSpec($"{prefix}{name}.bias", [rows]);
            }
        }

        if (config.QueryKeyNorm)
        {
            var across = config.QueryKeyNormAcrossHeads;
            yield return new ParameterSpec(prefix + "query_norm.weight", [across ? query : config.HeadWidth], Value: NormWeight(config));
            yield return new ParameterSpec(prefix + "key_norm.weight", [across ? keyValue : config.HeadWidth], Value: NormWeight(config));
        }

        if (config.AttentionSinks)
        {
            yield return new ParameterSpec(prefix + "sinks", [config.Heads]);
        }

        yield return new ParameterSpec(prefix + "output.weight", [config.Dim, query], ResidualStd(config, query));
        if (config.AttentionOutputBias)
        {
            yield return new ParameterSpec(prefix + "output.bias", [config.Dim]);
        }
    }

    private static IEnumerable<ParameterSpec> Before(ModelConfig config, string prefix) =>
        config.NormPlacement == NormPlacement.After ? [] : Norm(config, prefix);

    private static IEnumerable<ParameterSpec> After(ModelConfig config, string prefix) =>
        config.NormPlacement == NormPlacement.Before ? [] : Norm(config, prefix);

    private static double NormWeight(ModelConfig config) => config.NormUnitOffset ? 0 : 1;

    private static IEnumerable<ParameterSpec> Norm(ModelConfig config, string prefix)
    {
        yield return new ParameterSpec(prefix + "weight", [config.Dim], Value: NormWeight(config));
        if (config is { Norm: NormKind.Layer, NormBias: true })
        {
            yield return new ParameterSpec(prefix + "bias", [config.Dim]);
        }
    }

    private static IEnumerable<ParameterSpec> Head(ModelConfig config)
    {
        if (config.TieEmbeddings)
        {
            yield break;
        }

        yield return new ParameterSpec("head.weight", [config.Vocabulary, config.Dim], config.HeadStd);
        if (config.HeadBias)
        {
            yield return new ParameterSpec("head.bias", [config.Vocabulary]);
        }
    }

    /// <summary>A matrix of so many columns.</summary>
    internal static double Std(ModelConfig config, long inputs) => config.MatrixStd ?? 1 / Math.Sqrt(inputs);

    /// <summary>A block writes twice to the residual stream, so that 2·Layers writes add up (Radford et al. 2019).</summary>
    internal static double ResidualStd(ModelConfig config, long inputs) => Std(config, inputs) / Math.Sqrt(2.0 * config.Layers);
}
