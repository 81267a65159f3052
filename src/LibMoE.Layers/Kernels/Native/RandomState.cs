using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Native;

/// <summary>How libtorch's default generator of random numbers stands. TorchSharp's own functions ask a generator that nothing holds, which
/// a collection may free while libtorch reads it.</summary>
internal static class RandomState
{
    /// <summary>The state, bytes [n], which the caller owns.</summary>
    public static Tensor Get()
    {
        using var generator = Generator.Default;
        return generator.get_state();
    }

    /// <summary>Goes on from a state.</summary>
    /// <param name="state">As <see cref="Get"/> gave it.</param>
    public static void Set(Tensor state)
    {
        using var generator = Generator.Default;
        generator.set_state(state);
        GC.KeepAlive(state);
    }
}
