namespace LibMoE.Runtime;

/// <summary>A declared layer as a study knows it: a name, a declaration and a way to make one.</summary>
/// <param name="Name">The class name.</param>
/// <param name="Declaration">What was declared.</param>
/// <param name="Create">Makes a layer with its initial parameters.</param>
public sealed record MoeVariant(string Name, MoeDeclaration Declaration, Func<MoeShape, MoeLayer> Create)
{
    /// <summary>The name under which a study's dense baseline takes part.</summary>
    public const string Dense = "Dense";

    /// <summary>What makes the layer of a block of a model: this variant, or one of its <see cref="MoeDeclaration.ByBlock"/>; null where
    /// the block is dense.</summary>
    /// <param name="block">The block's number, from 0.</param>
    public MoeVariant? In(int block) =>
        Declaration.ByBlock.FirstOrDefault(other => other.Declaration.Takes(block)) ?? (Declaration.Takes(block) ? this : null);

    /// <summary>The variant of a declared layer.</summary>
    public static MoeVariant Of<TLayer>()
        where TLayer : MoeLayer, IMoeLayer<TLayer> =>
        new(TLayer.Declaration.Name, TLayer.Declaration, shape => TLayer.Create(shape));
}
