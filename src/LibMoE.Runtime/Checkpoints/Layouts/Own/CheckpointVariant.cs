namespace LibMoE.Runtime.Checkpoints.Layouts.Own;

/// <summary>Finds the declared layer that a checkpoint of this library holds.</summary>
internal static class CheckpointVariant
{
    /// <summary>The declared layer of the checkpoint's structure, of the same name if there are several; null for a dense model.</summary>
    /// <exception cref="ConfigurationException">None of the declared layers is it.</exception>
    public static MoeVariant? Find(IReadOnlyList<MoeVariant> variants, CheckpointState state, string path)
    {
        if (state.Declaration is null)
        {
            return null;
        }

        var fitting = variants.Where(variant => variant.Declaration.Structure == state.Structure).ToList();
        return fitting.FirstOrDefault(variant => variant.Name == state.Variant)
            ?? fitting.FirstOrDefault()
            ?? throw new ConfigurationException(variants.Any(variant => variant.Name == state.Variant)
                ? $"{path} holds the mixture {state.Variant}, which was declared otherwise then: "
                    + $"{state.Declaration.StructureText.ReplaceLineEndings(" ")}"
                : $"{path} holds the mixture {state.Variant}, which is not one of the declared layers "
                    + $"({string.Join(", ", variants.Select(variant => variant.Name).DefaultIfEmpty("there are none"))}).");
    }
}
