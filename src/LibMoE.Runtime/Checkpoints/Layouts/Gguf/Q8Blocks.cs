using System.Buffers.Binary;

namespace LibMoE.Runtime.Checkpoints.Layouts.Gguf;

/// <summary>
/// ggml's Q8_0: 32 numbers of a row as a scale d in float16 and 32 whole numbers q from −127 to 127, x ≈ d·q, with d = max|x|/127 and
/// q = x/d (d before it is rounded), half away from 0.
/// </summary>
/// <remarks>
/// |x − d·q| is at most max|x|·(1/254 + 2⁻¹¹) + 127·2⁻²⁵: half a step, and the rounding of d to eleven bits, or below 2⁻¹⁴ to a multiple of
/// 2⁻²⁴. (The products in float32 add a few units of their last place.)
/// </remarks>
internal static class Q8Blocks
{
    /// <summary>The numbers of a block.</summary>
    public const int Numbers = 32;

    /// <summary>The bytes of a block.</summary>
    public const int Bytes = 2 + Numbers;

    private const float Steps = 127;

    /// <summary>Writes numbers as blocks.</summary>
    /// <param name="numbers">A multiple of 32 of them, finite.</param>
    /// <param name="target">34 bytes for each 32.</param>
    /// <returns>Whether every scale is within float16.</returns>
    public static bool Write(ReadOnlySpan<float> numbers, Span<byte> target)
    {
        var within = true;
        for (; numbers.Length > 0; numbers = numbers[Numbers..], target = target[Bytes..])
        {
            var largest = 0f;
            foreach (var number in numbers[..Numbers])
            {
                largest = Math.Max(largest, Math.Abs(number));
            }

            var scale = largest / Steps;
            var inverse = scale == 0 ? 0 : 1 / scale;
            BinaryPrimitives.WriteHalfLittleEndian(target, (Half)scale);
            within &= Half.IsFinite((Half)scale);
            for (var i = 0; i < Numbers; i++)
            {
                var step = MathF.Round(numbers[i] * inverse, MidpointRounding.AwayFromZero);
                target[2 + i] = (byte)(sbyte)Math.Clamp(step, -Steps, Steps);
            }
        }

        return within;
    }

    /// <summary>Reads blocks as numbers.</summary>
    /// <param name="blocks">34 bytes for each 32 numbers.</param>
    /// <param name="target">Takes the numbers.</param>
    public static void Read(ReadOnlySpan<byte> blocks, Span<float> target)
    {
        for (; target.Length > 0; blocks = blocks[Bytes..], target = target[Numbers..])
        {
            var scale = (float)BinaryPrimitives.ReadHalfLittleEndian(blocks);
            for (var i = 0; i < Numbers; i++)
            {
                target[i] = scale * (sbyte)blocks[2 + i];
            }
        }
    }
}
