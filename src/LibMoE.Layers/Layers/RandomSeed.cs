using static TorchSharp.torch;

namespace LibMoE.Runtime.Layers;

/// <summary>The process-wide random generators of libtorch, which noise, jitter and dropout draw from.</summary>
internal static class RandomSeed
{
    /// <summary>Seeds the CPU's generator, and those of the graphics cards: TorchSharp's manual_seed leaves them out.</summary>
    public static void Set(long seed)
    {
        manual_seed(seed);
        if (cuda.is_available())
        {
            cuda.manual_seed_all(seed);
        }
    }
}
