namespace LibMoE.Runtime;

/// <summary>
/// What stands between an image encoder and a language model: y = act(x·U + b)·W + c for each feature, LLaVA-1.5's <c>mlp2x_gelu</c> (Liu
/// et al. 2024).
/// </summary>
public sealed record ConnectorConfig
{
    /// <summary>The width of a feature; 0 takes the encoder's.</summary>
    public int Input { get; init; }

    /// <summary>The width between the two matrices; 0 takes the language model's.</summary>
    public int Hidden { get; init; }

    /// <summary>The width of what comes out; 0 takes the language model's.</summary>
    public int Output { get; init; }

    /// <summary>What stands between the matrices.</summary>
    public Activation Activation { get; init; } = Activation.Gelu;

    /// <summary>Router weights start at N(0, RouterStd), the same draws scaled; null takes what the gate declares as InitStd.</summary>
    public double? RouterStd { get; init; }

    /// <summary>The same with the widths of the models on both sides.</summary>
    public ConnectorConfig Between(VisionConfig vision, ModelConfig language) => this with
    {
        Input = Input == 0 ? vision.FeatureWidth : Input,
        Hidden = Hidden == 0 ? language.Dim : Hidden,
        Output = Output == 0 ? language.Dim : Output,
    };

    /// <summary>Everything that is wrong, one sentence each; empty if the connector can be built.</summary>
    public IReadOnlyList<string> Problems()
    {
        var widths = new[] { (nameof(Input), Input), (nameof(Hidden), Hidden), (nameof(Output), Output) };
        return
        [
            .. widths.Where(width => width.Item2 < 1).Select(width => $"Connector:{width.Item1} is {width.Item2}; it must be at least 1."),
            .. RouterStd is null or > 0
                ? Array.Empty<string>()
                : [FormattableString.Invariant($"Connector:RouterStd is {RouterStd}; it must be above 0.")],
        ];
    }
}
