using LibMoE.Runtime.Models;
using LibMoE.Runtime.Models.Vision;

namespace LibMoE.Runtime;

/// <summary>Parameters of a vision-language model by formula: nothing is allocated.</summary>
public static class VisionLanguageCost
{
    /// <summary>All parameters of an image encoder.</summary>
    /// <param name="config">The encoder.</param>
    /// <param name="declaration">The mixture in its MoE blocks; null for a dense encoder.</param>
    public static long Vision(VisionConfig config, MoeDeclaration? declaration)
    {
        config = BlockLayout.Of(config, declaration);
        var blocks = declaration is null ? [] : Enumerable.Range(0, config.Layers).Where(config.IsMoeBlock).ToList();
        return VisionParameters.Of(config, mixture: declaration is not null).Sum(spec => spec.Count)
            + blocks.Select((block, layer) => declaration!.In(block)!.TotalParameters(FeedForwardShape.Of(config).Mixture(layer))).Sum();
    }

    /// <summary>All parameters of a connector.</summary>
    /// <param name="config">The widths, all of them given.</param>
    /// <param name="declaration">The mixture in the FFN's place; null for a dense connector.</param>
    public static long Connector(ConnectorConfig config, MoeDeclaration? declaration)
    {
        var shape = FeedForwardShape.Of(config);
        return declaration?.TotalParameters(shape.Mixture(0)) ?? shape.Table("").Sum(spec => spec.Count);
    }

    /// <summary>All parameters of a model.</summary>
    /// <param name="config">The three parts.</param>
    /// <param name="variants">Their mixtures; null for a dense model.</param>
    public static long Total(VisionLanguageConfig config, VisionLanguageVariants? variants = null) =>
        Vision(config.Vision, variants?.Vision?.Declaration)
        + Connector(config.Connector.Between(config.Vision, config.Language), variants?.Connector?.Declaration)
        + ModelCost.TotalParameters(config.Language, variants?.Language?.Declaration);
}
