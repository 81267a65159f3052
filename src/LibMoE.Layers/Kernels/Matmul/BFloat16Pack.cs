using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LibMoE.Runtime.Kernels.Lanes;

namespace LibMoE.Runtime.Kernels.Matmul;

/// <summary>
/// Operands of a bfloat16 matmul, rounded from float32 and laid out as the processor's dot products of pairs take them: a as rows, b as
/// rows of pairs [k/2, n, 2] (VNNI). Depths are filled up with zeros to whole blocks.
/// </summary>
internal static unsafe class BFloat16Pack
{
    /// <summary>Rows and depths are filled up to multiples of this.</summary>
    public const int Whole = 32;

    /// <summary>How many pairs, or columns of pairs, one step moves.</summary>
    private const int Step = Whole / 2;

    public static int Filled(int count) => (count + Whole - 1) / Whole * Whole;

    /// <summary>rows[i, k] = a[i, k], with Filled(depth) numbers a row and Filled(count) rows.</summary>
    public static void Rows(Strided a, int count, int depth, ushort* rows)
    {
        var stride = Filled(depth);
        new Span<ushort>(rows + (long)count * stride, (Filled(count) - count) * stride).Clear();
        if (a.NextDepth == 1)
        {
            for (var i = 0; i < count; i++)
            {
                Round(a.Row(i).Pointer, depth, rows + (long)i * stride, stride);
            }

            return;
        }

        // a is stored transposed: pairs of its stored rows, turned.
        var block = stackalloc uint[Step * Step];
        for (var i = 0; i < count; i += Step)
        {
            for (var k = 0; k < stride; k += Whole)
            {
                var first = a.Pointer + i + (long)k * a.NextDepth;
                if (depth - k >= Whole && count - i >= Step)
                {
                    for (var pair = 0; pair < Step; pair++, first += 2L * a.NextDepth)
                    {
                        Pair(first, a.NextDepth).Store(block + pair * Step);
                    }
                }
                else
                {
                    for (var pair = 0; pair < Step; pair++, first += 2L * a.NextDepth)
                    {
                        Pair(first, a.NextDepth, depth - k - 2 * pair, count - i).Store(block + pair * Step);
                    }
                }

                Panel.TransposeBlock((float*)block, Step, (float*)(rows + (long)i * stride + k), stride / 2);
            }
        }
    }

    /// <summary>pairs[k/2, j, k%2] = b[k, j], width columns apart; b is given as the matrix whose rows are j where it is
    /// stored transposed.</summary>
    public static void Pairs(Strided b, int columns, int depth, int width, uint* pairs)
    {
        if (b.NextRow == 1)
        {
            PairsOfRows(b, columns, depth, width, pairs);
        }
        else
        {
            PairsOfColumns(b, columns, depth, width, pairs);
        }
    }

    private static void PairsOfRows(Strided b, int columns, int depth, int width, uint* pairs)
    {
        var (filled, wholeColumns) = (Filled(depth), columns / Step * Step);
        for (var k = 0; k < filled; k += 2, pairs += width)
        {
            var row = b.Pointer + (long)k * b.NextDepth;
            var j = 0;
            for (; k + 1 < depth && j < wholeColumns; j += Step)
            {
                Pair(row + j, b.NextDepth).Store(pairs + j);
            }

            for (; j < columns; j += Step)
            {
                Pair(row + j, b.NextDepth, depth - k, columns - j).Store(pairs + j);
            }
        }
    }

    private static void PairsOfColumns(Strided b, int columns, int depth, int width, uint* pairs)
    {
        var filled = Filled(depth);
        var block = stackalloc uint[Step * Step];
        for (var j = 0; j < columns; j += Step)
        {
            for (var k = 0; k < filled; k += Whole)
            {
                var first = b.Row(j).Pointer + k;
                if (depth - k >= Whole && columns - j >= Step)
                {
                    for (var row = 0; row < Step; row++, first += b.NextRow)
                    {
                        RoundWhole(first, (ushort*)(block + row * Step));
                    }
                }
                else
                {
                    for (var row = 0; row < Step; row++, first += b.NextRow)
                    {
                        Round(first, j + row < columns ? depth - k : 0, (ushort*)(block + row * Step), Whole);
                    }
                }

                Panel.TransposeBlock((float*)block, Step, (float*)(pairs + (long)(k / 2) * width + j), width);
            }
        }
    }

    /// <summary>Rounds up to count numbers, and sets the others of length to 0.</summary>
    private static void Round(float* source, int count, ushort* target, int length)
    {
        var i = 0;
        for (; i <= Math.Min(count, length) - Lanes512.Count; i += Lanes512.Count)
        {
            Lanes512.StoreBFloat16(Lanes512.Load(source + i), target + i);
        }

        for (; i < length; i++)
        {
            SingleLane.StoreBFloat16(i < count ? SingleLane.Load(source + i) : SingleLane.Broadcast(0f), target + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RoundWhole(float* source, ushort* target) => Vector512.Narrow(
        Vector512.ShiftRightLogical(Rounded(Vector512.Load(source)), 16),
        Vector512.ShiftRightLogical(Rounded(Vector512.Load(source + Step)), 16)).Store(target);

    /// <summary>16 numbers of a row in the lower halves, those of the next row in the upper ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Pair(float* row, int stride) => Pair(Vector512.Load(row), Vector512.Load(row + stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Pair(Vector512<float> first, Vector512<float> second) =>
        Vector512.ShiftRightLogical(Rounded(first), 16) | Rounded(second);

    /// <summary>The same where there are fewer rows or columns: 0 in their places.</summary>
    private static Vector512<uint> Pair(float* row, int stride, int rows, int columns) => Pair(
        rows > 0 ? Load(row, columns) : Vector512<float>.Zero,
        rows > 1 ? Load(row + stride, columns) : Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Rounded(Vector512<float> value) => Lanes512.RoundToBFloat16(new(value)).Value.AsUInt32();

    private static Vector512<float> Load(float* source, int count)
    {
        if (count >= Vector512<float>.Count)
        {
            return Vector512.Load(source);
        }

        var some = stackalloc float[Vector512<float>.Count];
        new Span<float>(some, Vector512<float>.Count).Clear();
        new Span<float>(source, count).CopyTo(new Span<float>(some, count));
        return Vector512.Load(some);
    }
}
