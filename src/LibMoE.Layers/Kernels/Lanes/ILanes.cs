namespace LibMoE.Runtime.Kernels.Lanes;

/// <summary>
/// A few float32 numbers computed side by side. Kernels are written once over this interface; the compiler specialises them for each width.
/// </summary>
internal unsafe interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>How many numbers stand side by side.</summary>
    static abstract int Count { get; }

    static abstract TSelf Broadcast(float value);

    static abstract TSelf Load(float* source);

    static abstract void Store(TSelf value, float* target);

    /// <summary>Loads bfloat16 numbers: the upper halves of float32 numbers.</summary>
    static abstract TSelf LoadBFloat16(ushort* source);

    /// <summary>Stores as bfloat16, rounded to the nearest, ties to even.</summary>
    static abstract void StoreBFloat16(TSelf value, ushort* target);

    /// <summary>The nearest bfloat16 numbers, ties to even.</summary>
    static abstract TSelf RoundToBFloat16(TSelf value);

    /// <summary>a·b + c.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    static abstract TSelf Max(TSelf a, TSelf b);

    static abstract TSelf Min(TSelf a, TSelf b);

    static abstract TSelf Abs(TSelf value);

    static abstract TSelf Sqrt(TSelf value);

    /// <summary>The nearest whole numbers.</summary>
    static abstract TSelf Round(TSelf value);

    /// <summary>2ⁿ for whole n in [−126, 127].</summary>
    static abstract TSelf PowerOfTwo(TSelf n);

    /// <summary>Where a &gt; b, then; elsewhere, otherwise.</summary>
    static abstract TSelf SelectGreater(TSelf a, TSelf b, TSelf then, TSelf otherwise);

    /// <summary>The sum over the lanes, always in the same order.</summary>
    static abstract float Sum(TSelf value);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);
}
