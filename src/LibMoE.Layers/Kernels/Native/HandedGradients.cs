using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Native;

/// <summary>
/// The gradients that functions returned to libtorch in backward passes of this thread. libtorch has its own hold on them as soon as the
/// function has returned, and not before, so that they are held here until then; this process's handles would keep them in memory until the
/// scope around the step ends, so they are let go when the next function begins.
/// </summary>
internal static class HandedGradients
{
    [ThreadStatic]
    private static List<Tensor>? Handed;

    /// <summary>Remembers what a function is about to return.</summary>
    public static void Add(IEnumerable<Tensor?> gradients) => (Handed ??= []).AddRange(gradients.OfType<Tensor>());

    /// <summary>Lets go of what was returned before.</summary>
    public static void Release()
    {
        Handed?.ForEach(gradient => gradient.Dispose());
        Handed?.Clear();
    }
}
