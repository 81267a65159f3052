namespace LibMoE.Runtime;

/// <summary>An image encoder, a connector and a language model that make one model, as LLaVA does (Liu et al. 2023).</summary>
public sealed record VisionLanguageConfig
{
    /// <summary>The image encoder.</summary>
    public VisionConfig Vision { get; init; } = new();

    /// <summary>The connector; widths of 0 are those of the models on both sides.</summary>
    public ConnectorConfig Connector { get; init; } = new();

    /// <summary>The language model.</summary>
    public ModelConfig Language { get; init; } = new();

    /// <summary>Everything that is wrong, one sentence each; empty if the model can be built.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = Vision.Problems().Concat(Language.Problems()).ToList();
        if (problems.Count > 0)
        {
            return problems;
        }

        var connector = Connector.Between(Vision, Language);
        problems.AddRange(connector.Problems());
        if (connector.Input != Vision.FeatureWidth)
        {
            problems.Add(
                $"Connector:Input is {connector.Input}; the encoder's features are {Vision.FeatureWidth} wide "
                + "(Vision:Dim times the number of Vision:Scales).");
        }

        if (connector.Output != Language.Dim)
        {
            problems.Add($"Connector:Output is {connector.Output}; the language model is {Language.Dim} wide.");
        }

        if (Vision.Features >= Language.Context)
        {
            problems.Add($"An image takes {Vision.Features} tokens, but Model:Context is {Language.Context}; it must be above that.");
        }

        return problems;
    }
}

/// <summary>Which of the parts have mixtures; null is a dense part.</summary>
/// <param name="Vision">In the encoder's MoE blocks.</param>
/// <param name="Connector">In the connector's place.</param>
/// <param name="Language">In the language model's MoE blocks.</param>
public sealed record VisionLanguageVariants(MoeVariant? Vision = null, MoeVariant? Connector = null, MoeVariant? Language = null);
