namespace LibMoE.Runtime.Models;

/// <summary>Which blocks of a model have a mixture: those that the configuration allows and the variant declares a layer for.</summary>
internal static class BlockLayout
{
    /// <summary>The backbone with exactly these blocks; as it is for a dense model, and where blocks do not differ.</summary>
    public static ModelConfig Of(ModelConfig config, MoeDeclaration? declaration) => declaration is { DiffersByBlock: true }
        ? config with { MoeBlocks = Listed(config.Layers, config.IsMoeBlock, declaration) }
        : config;

    /// <inheritdoc cref="Of(ModelConfig, MoeDeclaration?)"/>
    public static VisionConfig Of(VisionConfig config, MoeDeclaration? declaration) => declaration is { DiffersByBlock: true }
        ? config with { MoeBlocks = Listed(config.Layers, config.IsMoeBlock, declaration) }
        : config;

    /// <summary>What a variant declares that the backbone has no blocks for, and what it asks for in vain; one sentence each.</summary>
    public static IReadOnlyList<string> Problems(ModelConfig config, MoeDeclaration? declaration) =>
        Problems("Model:", config.Layers, config.MoeBlocks, declaration);

    /// <inheritdoc cref="Problems(ModelConfig, MoeDeclaration?)"/>
    public static IReadOnlyList<string> Problems(VisionConfig config, MoeDeclaration? declaration) =>
        Problems("Vision:", config.Layers, config.MoeBlocks, declaration);

    /// <summary>The same for a model of a program's own, which says in its layers' shapes how many blocks it has.</summary>
    public static IReadOnlyList<string> Problems(MoeShape shape, MoeDeclaration? declaration) =>
        Problems("", shape.Layers, null, declaration);

    /// <summary>Why a variant cannot stand in a place that is no block of a model, such as a connector; none where it can.</summary>
    public static IReadOnlyList<string> ProblemsOfOneLayer(string place, MoeDeclaration? declaration) =>
        declaration is { DiffersByBlock: true }
            ? [$"{declaration.Name} declares layers by block, but {place} is a single layer; take a variant without Blocks."]
            : [];

    private static List<string> Problems(string section, int layers, IReadOnlyList<int>? asked, MoeDeclaration? declaration)
    {
        var problems = new List<string>();
        if (declaration is not { DiffersByBlock: true })
        {
            return problems;
        }

        var last = layers - 1;
        problems.AddRange(
            from layer in declaration.Layers
            let beyond = (layer.Blocks ?? []).Select(range => range.Last ?? range.First).DefaultIfEmpty().Max()
            where beyond > last
            select $"{Name(layer)} declares a layer for block {beyond} (Blocks = \"{layer.BlocksText}\"), but the model has "
                + $"{(layers == 1 ? "only block 0" : $"blocks 0 to {last}")}; set {section}Layers to at least {beyond + 1}.");
        if (problems.Count == 0 && !Enumerable.Range(0, layers).Any(block => declaration.In(block) == declaration))
        {
            problems.Add($"{declaration.Name} declares the layer of all other blocks, but the layers inside it take all {layers} of the "
                + $"model; set {section}Layers to at least {layers + 1}.");
        }

        problems.AddRange((asked ?? []).Where(block => block <= last && declaration.In(block) is null).Select(block =>
            $"{section}MoeBlocks names block {block}, for which {declaration.Name} declares no layer; it declares them for blocks "
            + $"{string.Join(", ", declaration.Layers.Select(layer => layer.BlocksText))}."));
        return problems;

        string Name(MoeDeclaration layer) => layer == declaration ? layer.Name : $"{declaration.Name}.{layer.Name}";
    }

    private static List<int>? Listed(int layers, Func<int, bool> isAllowed, MoeDeclaration declaration)
    {
        var blocks = Enumerable.Range(0, layers).Where(block => isAllowed(block) && declaration.In(block) is not null).ToList();
        return blocks.Count == layers ? null : blocks;
    }
}
