namespace LibMoE.Runtime.Models;

/// <summary>A dense FFN that a mixture may stand in for: y = act(x·U + b)·W + c.</summary>
/// <param name="Dim">D, the width of what goes in.</param>
/// <param name="Hidden">H.</param>
/// <param name="Activation">What stands between the matrices.</param>
/// <param name="Bias">Whether both projections have biases.</param>
/// <param name="Blocks">How many blocks write to the residual stream, for the initial values.</param>
internal sealed record FeedForwardShape(long Dim, long Hidden, Activation Activation, bool Bias, int Blocks)
{
    /// <summary>A dense FFN starts as an expert does, so that what differs between it and a mixture is the mixture.</summary>
    private const double ExpertStd = 0.02;

    /// <summary>O, the width of what comes out; 0 takes D.</summary>
    public long Output { get; init; }

    /// <summary>Whether a gate projection stands beside the one up.</summary>
    public bool Gated => Activation.IsGated();

    /// <summary>The FFNs of a decoder.</summary>
    public static FeedForwardShape Of(ModelConfig config) =>
        new(config.Dim, config.Hidden, config.Activation, config.FeedForwardBias, config.Layers);

    /// <summary>The FFNs of an image encoder.</summary>
    public static FeedForwardShape Of(VisionConfig config) => new(config.Dim, config.Hidden, config.Activation, Bias: true, config.Layers);

    /// <summary>The FFN of a connector.</summary>
    public static FeedForwardShape Of(ConnectorConfig config) =>
        new(config.Input, config.Hidden, config.Activation, Bias: true, Blocks: 1) { Output = config.Output };

    /// <summary>The shape that a mixture in its place gets.</summary>
    /// <param name="layer">Which MoE layer of the model it is.</param>
    public MoeShape Mixture(int layer) => new(Dim, Hidden, layer, Blocks) { Output = Output };

    /// <summary>The parameter table: <c>gate_up [D,2H]</c> (gate half first) or <c>up [D,H]</c>, <c>down [H,O]</c>, <c>up_bias</c>,
    /// <c>down_bias</c>.</summary>
    public IEnumerable<ParameterSpec> Table(string prefix)
    {
        var (columns, output) = (Gated ? 2 * Hidden : Hidden, Output == 0 ? Dim : Output);
        yield return new ParameterSpec(prefix + (Gated ? "gate_up" : "up"), [Dim, columns], ExpertStd);
        yield return new ParameterSpec(prefix + "down", [Hidden, output], ExpertStd / Math.Sqrt(2.0 * Blocks));
        if (Bias)
        {
            yield return new ParameterSpec(prefix + "up_bias", [columns]);
            yield return new ParameterSpec(prefix + "down_bias", [output]);
        }
    }
}
