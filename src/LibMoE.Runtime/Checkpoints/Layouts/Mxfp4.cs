using static TorchSharp.torch;

namespace LibMoE.Runtime.Checkpoints.Layouts;

/// <summary>
/// Matrices in MXFP4 (Open Compute Project, Microscaling Formats 1.0, 2023; gpt-oss): 32 numbers of a row share a power of two. A number
/// has a sign, two bits of exponent and one of mantissa, and is one of 0, ½, 1, 1½, 2, 3, 4, 6; a byte holds two, the first in its lower
/// half. The byte s of the shared scale stands for 2^(s − 127). All of it is exact in bfloat16.
/// </summary>
internal static class Mxfp4
{
    private const int NumbersInBlock = 32;
    private const int BytesInBlock = 16;
    private const int ScaleOfOne = 127;

    private static readonly float[] Numbers = [0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6];

    private static readonly float[] Scales = [.. Enumerable.Range(0, 256).Select(power => MathF.ScaleB(1, power - ScaleOfOne))];

    /// <summary>The number of a code from 0 to 15.</summary>
    public static float NumberOf(int code) => Numbers[code];

    /// <summary>What the byte of a shared scale stands for.</summary>
    public static float ScaleOf(byte power) => Scales[power];

    /// <summary>[E, inputs, outputs] here, packed rows of [E, outputs, inputs] there.</summary>
    /// <param name="ours">The name in the model's state dict.</param>
    /// <param name="stored">The name there, before <c>_blocks</c> and <c>_scales</c>.</param>
    public static TensorMap Stack(string ours, string stored) => Map(ours, stored, x => x.transpose(1, 2));

    /// <summary>The same, with outputs in two halves here and in turns there.</summary>
    /// <inheritdoc cref="Stack(string, string)"/>
    public static TensorMap Alternating(string ours, string stored) =>
        Map(ours, stored, x => TensorMap.TurnsToHalves(x.transpose(1, 2)));

    /// <summary>The numbers of packed rows.</summary>
    /// <param name="blocks_BY">Bytes [.., B, 16].</param>
    /// <param name="scales_B">The scale of each block, bytes [.., B].</param>
    /// <returns>bfloat16 [.., 32·B].</returns>
    public static Tensor Read(Tensor blocks_BY, Tensor scales_B)
    {
        using var scope = NewDisposeScope();
        var bytes_BY = blocks_BY.to(ScalarType.Int32);
        var (mask, half) = (tensor(0xF), tensor(4));
        var codes_BY2 = stack([bytes_BY.bitwise_and(mask), bytes_BY.bitwise_right_shift(half)], -1);
        var numbers_BN = tensor(Numbers).index_select(0, codes_BY2.flatten()).reshape([.. scales_B.shape, NumbersInBlock]);
        var powers_B1 = tensor(Scales).index_select(0, scales_B.to(ScalarType.Int32).flatten()).reshape([.. scales_B.shape, 1]);
        return (numbers_BN * powers_B1).flatten(-2).to(ScalarType.BFloat16).MoveToOuterDisposeScope();
    }

    private static TensorMap Map(string ours, string stored, Func<Tensor, Tensor> ofRows) => new(
        [ours],
        [stored + "_blocks", stored + "_scales"],
        // For shapes alone: nothing is written packed.
        x => [.. Shapes(x[0].shape).Select(shape => empty(shape, ScalarType.Byte, device: META))],
        x => [ofRows(Experts(x[0], x[1]))])
    {
        Packed = true,
    };

    private static long[][] Shapes(long[] shape) =>
        [[shape[0], shape[2], shape[1] / NumbersInBlock, BytesInBlock], [shape[0], shape[2], shape[1] / NumbersInBlock]];

    /// <summary>Expert by expert, so that what is needed on the way stays small.</summary>
    private static Tensor Experts(Tensor blocks, Tensor scales) =>
        stack([.. blocks.unbind(0).Zip(scales.unbind(0), Read)], 0);
}
