using LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;
using LibMoE.Runtime.Models;

namespace LibMoE.Runtime.Checkpoints.Layouts;

/// <summary>Finds the declared layer that a stored mixture's tensors fit and whose forward pass is the stored model's.</summary>
internal static class VariantSearch
{
    /// <summary>The first variant with that structure. Coefficients of balancing terms do not matter: they change no output.</summary>
    /// <param name="variants">The declared layers.</param>
    /// <param name="wanted">What is stored.</param>
    /// <param name="model">The backbone; its FFN width is that of experts which declare none.</param>
    /// <param name="path">Where it is stored, for the message.</param>
    /// <param name="maskMayBeZero">See <see cref="MixtureDescription.IsMetBy"/>.</param>
    /// <exception cref="ConfigurationException">There is none; the message gives the declaration that would do.</exception>
    public static MoeVariant Find(
        IReadOnlyList<MoeVariant> variants, MixtureDescription wanted, ModelConfig model, string path, bool maskMayBeZero = false)
    {
        foreach (var variant in variants)
        {
            var (mixture, inexpressible) = MixtureDescription.Of(variant.Declaration, model.Hidden, model.Activation);
            if (inexpressible.Count == 0 && wanted.IsMetBy(mixture, maskMayBeZero) && HasTheBlocks(variant.Declaration, model))
            {
                return variant;
            }
        }

        var declared =
            variants.Count == 0 ? "no layer is declared" : $"none of {string.Join(", ", variants.Select(variant => variant.Name))} is that";
        throw new ConfigurationException(
            $"{path} holds a mixture that takes a declared layer {wanted.ToAttributes(model.Activation)}; {declared}.");
    }

    /// <summary>Whether the blocks that a declaration names are those with a mixture; one that names none fits all.</summary>
    private static bool HasTheBlocks(MoeDeclaration declaration, ModelConfig model) =>
        BlockLayout.Problems(model, declaration).Count == 0
        && BlockLayout.Of(model, declaration).MoeBlockNumbers.SequenceEqual(model.MoeBlockNumbers);
}
