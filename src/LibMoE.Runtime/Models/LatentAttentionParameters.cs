namespace LibMoE.Runtime.Models;

/// <summary>The parameter table of multi-head latent attention; <see cref="LatentAttention"/> has the letters.</summary>
internal static class LatentAttentionParameters
{
    /// <summary><c>query.weight [A·(N+R), D]</c>, or <c>query_down.weight [Q, D]</c>, <c>query_norm.weight [Q]</c> and
    /// <c>query_up.weight [A·(N+R), Q]</c>; <c>latent_down.weight [U+R, D]</c>, <c>latent_norm.weight [U]</c>,
    /// <c>latent_up.weight [A·(N+W), U]</c> (each head's key rows, then its value rows), <c>output.weight [D, A·W]</c>.</summary>
    public static IEnumerable<ParameterSpec> Of(ModelConfig config, LatentAttention widths, string prefix)
    {
        long heads = config.Heads, latent = widths.KeyValueRank;
        if (widths.QueryRank is { } rank)
        {
            yield return Matrix("query_down", rank, config.Dim);
            yield return new ParameterSpec(prefix + "query_norm.weight", [rank], Value: config.NormUnitOffset ? 0 : 1);
            yield return Matrix("query_up", heads * widths.KeyChannels, rank);
        }
        else
        {
            yield return Matrix("query", heads * widths.KeyChannels, config.Dim);
        }

        yield return Matrix("latent_down", latent + widths.RotaryChannels, config.Dim);
        yield return new ParameterSpec(prefix + "latent_norm.weight", [latent], Value: config.NormUnitOffset ? 0 : 1);
        yield return Matrix("latent_up", heads * (widths.PlainChannels + widths.ValueChannels), latent);
        var mixed = heads * widths.ValueChannels;
        yield return new ParameterSpec(prefix + "output.weight", [config.Dim, mixed], BackboneParameters.ResidualStd(config, mixed));

        ParameterSpec Matrix(string name, long outputs, long inputs) =>
            new($"{prefix}{name}.weight", [outputs, inputs], BackboneParameters.Std(config, inputs));
    }
}
