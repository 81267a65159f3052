using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using LibMoE.Runtime.Kernels.Matmul;

namespace LibMoE.Runtime.Kernels.Dispatching;

/// <summary>The picks of sixteen tokens side by side, a token in each lane: whether a slot is picked is no branch that a processor could
/// guess wrong, as it is where rows are read one by one.</summary>
internal static unsafe class PickLanes
{
    /// <summary>How many tokens are read at a time.</summary>
    public const int Tokens = Panel.Block;

    private const int MostSlots = 64;
    private const int MostPicks = 8;

    /// <summary>Rows of many slots are read faster one by one, since most of their vectors hold no pick.</summary>
    public static bool Serve(int slots, int k) => Avx512F.IsSupported && slots <= MostSlots && k <= MostPicks;

    /// <summary>Writes the picks of sixteen rows, as <see cref="TopPicks.Largest"/> has them.</summary>
    /// <param name="values">The first row's values; the rows follow each other.</param>
    /// <param name="slots">Values of a row.</param>
    /// <param name="k">Picks of a row.</param>
    /// <param name="picks">[16, k].</param>
    public static void Pick(float* values, int slots, int k, Span<long> picks)
    {
        var columns = stackalloc float[MostSlots * Tokens];
        var largest = stackalloc Vector512<float>[MostPicks];
        var picked = stackalloc Vector512<int>[MostPicks];
        Transpose(values, slots, columns);
        for (var slot = 0; slot < slots; slot++)
        {
            var column = Vector512.Load(columns + slot * Tokens);
            if (slot < k || Vector512.GreaterThanAny(column, largest[k - 1]))
            {
                Insert(column, slot, Math.Min(slot, k), k, largest, picked);
            }
        }

        for (var pick = 0; pick < k; pick++)
        {
            for (var t = 0; t < Tokens; t++)
            {
                picks[t * k + pick] = picked[pick][t];
            }
        }
    }

    /// <summary>Puts a slot in its place among the picks so far, which stand in descending order: it rises past the lower ones.</summary>
    private static void Insert(
        Vector512<float> column, int slot, int filled, int k, Vector512<float>* largest, Vector512<int>* picked)
    {
        var rises = Vector512<float>.AllBitsSet;
        for (var place = filled; place >= 0; place--)
        {
            var passes = place == 0 ? Vector512<float>.Zero : rises & Vector512.GreaterThan(column, largest[place - 1]);
            if (place < k)
            {
                // Those that go on leave their place to the pick that they pass.
                var stays = Vector512.AndNot(rises, passes);
                largest[place] = Vector512.ConditionalSelect(stays, column, largest[place]);
                picked[place] = Vector512.ConditionalSelect(stays.AsInt32(), Vector512.Create(slot), picked[place]);
                if (place > 0)
                {
                    largest[place] = Vector512.ConditionalSelect(passes, largest[place - 1], largest[place]);
                    picked[place] = Vector512.ConditionalSelect(passes.AsInt32(), picked[place - 1], picked[place]);
                }
            }

            rises = passes;
        }
    }

    /// <summary>columns[e, t] = values[t, e].</summary>
    private static void Transpose(float* values, int slots, float* columns)
    {
        var slot = 0;
        for (; slot <= slots - Panel.Block; slot += Panel.Block)
        {
            Panel.TransposeBlock(values + slot, slots, columns + slot * Tokens, Tokens);
        }

        for (; slot < slots; slot++)
        {
            for (var t = 0; t < Tokens; t++)
            {
                columns[slot * Tokens + t] = values[t * slots + slot];
            }
        }
    }
}
