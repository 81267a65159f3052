namespace LibMoE.Runtime.Checkpoints.Layouts.Gguf;

/// <summary>
/// ggml's MXFP4, which is only read: 32 numbers of a row as the byte of a power of two and 16 bytes, whose lower halves are the numbers 0
/// to 15 and whose upper halves 16 to 31. (Safetensors of gpt-oss have neighbours in a byte; see <see cref="Mxfp4"/> for the numbers.)
/// </summary>
internal static class Mxfp4Blocks
{
    /// <summary>The numbers of a block.</summary>
    public const int Numbers = 32;

    /// <summary>The bytes of a block.</summary>
    public const int Bytes = 1 + (Numbers / 2);

    /// <summary>Reads blocks as numbers, exactly.</summary>
    /// <param name="blocks">17 bytes for each 32 numbers.</param>
    /// <param name="target">Takes the numbers.</param>
    public static void Read(ReadOnlySpan<byte> blocks, Span<float> target)
    {
        for (; target.Length > 0; blocks = blocks[Bytes..], target = target[Numbers..])
        {
            var scale = Mxfp4.ScaleOf(blocks[0]);
            for (var i = 0; i < Numbers / 2; i++)
            {
                var two = blocks[1 + i];
                target[i] = scale * Mxfp4.NumberOf(two & 15);
                target[i + (Numbers / 2)] = scale * Mxfp4.NumberOf(two >> 4);
            }
        }
    }
}
