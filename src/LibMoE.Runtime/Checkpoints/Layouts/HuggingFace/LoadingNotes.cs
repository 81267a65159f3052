using System.Globalization;
using LibMoE.Runtime.Checkpoints.Safetensors;

namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>What whoever loads a model should know of it.</summary>
internal static class LoadingNotes
{
    /// <summary>One sentence each.</summary>
    /// <param name="config">The model's settings.</param>
    /// <param name="backbone">What they describe.</param>
    /// <param name="tensors">What its tensors are called.</param>
    /// <param name="source">The tensors.</param>
    public static IReadOnlyList<string> Of(
        HuggingFaceConfig config, HuggingFaceBackbone backbone, HuggingFaceTensors tensors, ITensorSource source)
    {
        var notes = new List<string>();
        if (source.Tensors.Select(layout => layout.Name).Where(tensors.IsFurther).ToList() is { Count: > 0 } further)
        {
            notes.Add($"{further.Count} tensors that predict several tokens at once were left out, from {further[0]} on; "
                + "the model of one token a step does without them.");
        }

        if (tensors.IsPacked)
        {
            notes.Add("Experts were stored in MXFP4; they are read into the type of the model, and an export writes them in that.");
        }

        if (source is BlockScaledTensors { ScaledTensors: > 0 } scaled)
        {
            notes.Add($"{scaled.ScaledTensors} tensors were stored in fp8 with a scale for each block; they are read as bfloat16, and an "
                + "export writes them in the type of the model.");
        }

        if (backbone.Mixture is { } mixture && Coefficient(config, mixture, MixtureBlocks(backbone.Model)) is { } coefficient)
        {
            notes.Add(coefficient);
        }

        return notes;
    }

    private static int MixtureBlocks(ModelConfig model) => Enumerable.Range(0, model.Layers).Count(model.IsMoeBlock);

    /// <summary>What a stated coefficient of balancing is in this library's convention; see docs/algorithms/SwitchBalance.md.</summary>
    private static string? Coefficient(HuggingFaceConfig config, MixtureDescription mixture, int blocks)
    {
        if (config.Double("router_aux_loss_coef", 0) is var pooled and > 0)
        {
            var own = pooled * mixture.TopK / Math.Max(1, blocks);
            return $"router_aux_loss_coef is {Text(pooled)} for Hugging Face's loss, which is pooled over blocks and K when balanced: "
                + $"SwitchBalance({Text(own)}) pulls as hard here ({Text(pooled)}·{mixture.TopK}/{blocks}). "
                + "Where it was trained in Megatron's convention, as Qwen was, the number is ours as it stands.";
        }

        return config.Double("aux_loss_alpha", 0) is var alpha and > 0
            ? $"aux_loss_alpha is {Text(alpha)} for a loss that is 1 in each block when balanced: "
                + $"{(config.Bool("seq_aux", false) ? "SequenceBalance" : "SwitchBalance")}({Text(alpha)}) is the same here."
            : null;
    }

    private static string Text(double number) => number.ToString("0.########", CultureInfo.InvariantCulture);
}
