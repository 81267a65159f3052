namespace LibMoE.Runtime.Models.Vision;

/// <summary>The parameter table of an image encoder: the state-dict names with their shapes and initial values, in the order of the state
/// dict.</summary>
/// <remarks>
/// Under <c>embedding.</c>: <c>patch.weight [D,C,P,P]</c>, <c>patch.bias [D]</c>, <c>class_token [D]</c>, <c>position.weight [N,D]</c> (the
/// class token's first); then <c>pre_norm</c>; per block i, under <c>blocks.{i}.</c>: <c>attention_norm</c>,
/// <c>attention.{query|key|value|output}.weight [D,D]</c>, <c>ffn_norm</c>, then the mixture's own names under <c>ffn.</c>, or those of a
/// dense FFN with biases; at the end <c>norm</c>. Norms and projections have a <c>bias</c>.
/// </remarks>
internal static class VisionParameters
{
    private const double PositionStd = 0.02;

    /// <summary>The table.</summary>
    /// <param name="config">The encoder.</param>
    /// <param name="mixture">Whether the MoE blocks hold a mixture, whose parameters are then not in the table.</param>
    /// <param name="prefix">What stands before every name.</param>
    public static IEnumerable<ParameterSpec> Of(VisionConfig config, bool mixture, string prefix = "")
    {
        var std = 1 / Math.Sqrt((double)config.Channels * config.PatchSize * config.PatchSize);
        yield return new(prefix + "embedding.patch.weight", [config.Dim, config.Channels, config.PatchSize, config.PatchSize], std);
        if (config.PatchBias)
        {
            yield return new(prefix + "embedding.patch.bias", [config.Dim]);
        }

        if (config.ClassToken)
        {
            yield return new(prefix + "embedding.class_token", [config.Dim], 1 / Math.Sqrt(config.Dim));
        }

        yield return new(prefix + "embedding.position.weight", [config.Features + (config.ClassToken ? 1 : 0), config.Dim], PositionStd);
        var rest = Enumerable.Range(0, config.Layers)
            .SelectMany(block => Block(config, $"{prefix}blocks.{block}.", dense: !(mixture && config.IsMoeBlock(block))))
            .Concat(Norm(config, prefix + "norm."));
        foreach (var spec in config.PreNorm ? Norm(config, prefix + "pre_norm.").Concat(rest) : rest)
        {
            yield return spec;
        }
    }

    private static IEnumerable<ParameterSpec> Block(VisionConfig config, string prefix, bool dense) =>
    [
        .. Norm(config, prefix + "attention_norm."),
        .. Attention(config, prefix + "attention."),
        .. Norm(config, prefix + "ffn_norm."),
        .. dense ? FeedForwardShape.Of(config).Table(prefix + "ffn.") : [],
    ];

    private static IEnumerable<ParameterSpec> Attention(VisionConfig config, string prefix)
    {
        var std = 1 / Math.Sqrt(config.Dim);
        foreach (var name in new[] { "query", "key", "value", "output" })
        {
            // A block writes twice to the residual stream, so that 2·Layers writes add up (Radford et al. 2019).
            var share = name == "output" ? Math.Sqrt(2.0 * config.Layers) : 1;
            yield return new($"{prefix}{name}.weight", [config.Dim, config.Dim], std / share);
            yield return new($"{prefix}{name}.bias", [config.Dim]);
        }
    }

    private static IEnumerable<ParameterSpec> Norm(VisionConfig config, string prefix) =>
        [new(prefix + "weight", [config.Dim], Value: 1), new(prefix + "bias", [config.Dim])];
}
