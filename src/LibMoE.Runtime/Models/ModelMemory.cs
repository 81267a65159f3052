using LibMoE.Runtime.Common;
using LibMoE.Runtime.Models;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// The memory that a model cannot do without, by formula: nothing is allocated. What a step keeps of activations comes on top, and depends
/// on the kernels; so these are lower bounds, and a machine with less cannot run the model.
/// </summary>
public static class ModelMemory
{
    private const int Float32Bytes = 4;

    /// <summary>Weights, gradients, the two moments of AdamW, the moving average where there is one, all float32, and a micro-batch's
    /// logits with their gradient: 4·(4 + a)·P + 2·4·S·L·V bytes, at most 128 MiB of the latter, since the loss of more is taken in parts
    /// (of at least 128 tokens).</summary>
    /// <param name="config">The backbone.</param>
    /// <param name="declaration">The mixture in its MoE blocks; null for a dense model.</param>
    /// <param name="sequences">S, sequences of a micro-batch.</param>
    /// <param name="length">L, tokens of a sequence.</param>
    /// <param name="average">Whether a moving average of the weights is kept.</param>
    public static long Training(ModelConfig config, MoeDeclaration? declaration, int sequences, int length, bool average = false) =>
        checked((average ? 5L : 4L) * Float32Bytes * ModelCost.TotalParameters(config, declaration)
            + 2L * Float32Bytes * HeadLoss.LogitsAtOnce((long)sequences * length, config.Vocabulary));

    /// <summary>Weights, and the keys and values of one text that fills the context: b·(P + 2·layers·KV heads·head width·context)
    /// bytes, with latent attention b·(P + layers·(U + R)·context).</summary>
    /// <param name="config">The backbone.</param>
    /// <param name="declaration">The mixture in its MoE blocks; null for a dense model.</param>
    /// <param name="dtype">The type of the parameters, of b bytes.</param>
    public static long Generation(ModelConfig config, MoeDeclaration? declaration, ScalarType dtype = ScalarType.Float32) =>
        checked(BytesOf(dtype) * (ModelCost.TotalParameters(config, declaration)
            + (long)config.Layers * config.CacheWidth * config.Context));

    /// <summary>What this machine, or the container that the program runs in, has in all.</summary>
    public static long Machine => MachineMemory.Bytes;

    /// <summary>Such as <c>1.2 GB</c>.</summary>
    internal static string Text(long bytes) => bytes switch
    {
        >= 1_000_000_000_000 => FormattableString.Invariant($"{bytes / 1e12:0.0} TB"),
        >= 1_000_000_000 => FormattableString.Invariant($"{bytes / 1e9:0.0} GB"),
        _ => FormattableString.Invariant($"{bytes / 1e6:0.0} MB"),
    };

    /// <summary>The sentence for what cannot fit; null where it may.</summary>
    /// <param name="what">What takes the memory.</param>
    /// <param name="bytes">How much, at least.</param>
    /// <param name="cure">What to change.</param>
    internal static string? Problem(string what, long bytes, string cure) => bytes > Machine
        ? $"{what} takes at least {Text(bytes)}, and this machine has {Text(Machine)}; {cure}."
        : null;

    /// <summary>Refuses a model whose weights alone do not fit.</summary>
    /// <param name="config">The backbone.</param>
    /// <param name="variant">The mixture in its MoE blocks; null for a dense model.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="share">How many processes share the routed experts.</param>
    /// <exception cref="ConfigurationException">They do not.</exception>
    internal static void RefuseTooLarge(ModelConfig config, MoeVariant? variant, ScalarType dtype, int share = 1)
    {
        var elsewhere = share == 1 ? 0 : ModelCost.StackedParameters(config, variant?.Declaration) / share * (share - 1);
        var bytes = checked(BytesOf(dtype) * (ModelCost.TotalParameters(config, variant?.Declaration) - elsewhere));
        var what = FormattableString.Invariant(
            $"{variant?.Name ?? MoeVariant.Dense}, {bytes / BytesOf(dtype) / 1e6:N0} million parameters in {dtype},");
        if (Problem(what, bytes, "make it smaller, or take a shorter type of numbers") is { } problem)
        {
            throw new ConfigurationException(problem);
        }
    }

    private static long BytesOf(ScalarType dtype) => dtype switch
    {
        ScalarType.Float64 => 8,
        ScalarType.Float16 or ScalarType.BFloat16 => 2,
        _ => Float32Bytes,
    };
}
