using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LibMoE.Runtime.Kernels.Matmul;

/// <summary>The rows of a panel, one after the other.</summary>
internal interface IPanelRows
{
    /// <summary>Whether the second half of every row is 0: kernels leave it out.</summary>
    static virtual bool IsNarrow => false;

    /// <summary>The two vectors of the next row.</summary>
    void Take(out Vector512<float> low, out Vector512<float> high);
}

/// <summary>The rows of a packed panel.</summary>
internal unsafe struct PackedRows(float* panel) : IPanelRows
{
    private float* _at = panel;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(out Vector512<float> low, out Vector512<float> high)
    {
        (low, high) = (Vector512.Load(_at), Vector512.Load(_at + Vector512<float>.Count));
        _at += Panel.Width;
    }
}

/// <summary>The rows of a packed panel that fills only its first half, such as that of a router with few experts.</summary>
internal unsafe struct NarrowRows(float* panel) : IPanelRows
{
    private float* _at = panel;

    public static bool IsNarrow => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(out Vector512<float> low, out Vector512<float> high)
    {
        (low, high) = (Vector512.Load(_at), Vector512<float>.Zero);
        _at += Panel.Width;
    }
}

/// <summary>The rows of a panel where they lie in the matrix. They are packed on the way, and as many rows of the next
/// panel are fetched.</summary>
/// <param name="b">The panel's first number in the matrix.</param>
/// <param name="ldb">The length of the matrix's rows.</param>
/// <param name="panel">Where to pack.</param>
/// <param name="next">The next panel's first number in the matrix.</param>
internal unsafe struct PackingRows(float* b, int ldb, float* panel, float* next) : IPanelRows
{
    private readonly nint _stride = ldb;
    private float* _from = b;
    private float* _to = panel;
    private float* _next = next;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(out Vector512<float> low, out Vector512<float> high)
    {
        (low, high) = (Vector512.Load(_from), Vector512.Load(_from + Vector512<float>.Count));
        low.Store(_to);
        high.Store(_to + Vector512<float>.Count);
        Sse.Prefetch1(_next);
        Sse.Prefetch1(_next + Vector512<float>.Count);
        _from += _stride;
        _to += Panel.Width;
        _next += _stride;
    }
}

/// <summary>The rows of a packed panel; with each, one cache line of the next panel is fetched, whose columns are rows
/// of the matrix.</summary>
/// <param name="panel">The packed panel.</param>
/// <param name="depth">Its rows.</param>
/// <param name="next">The first number in the matrix of what to fetch: 16 columns of the next panel have as many lines as
/// this one has rows.</param>
/// <param name="ldb">The length of the matrix's rows.</param>
internal unsafe struct FetchingRows(float* panel, int depth, float* next, int ldb) : IPanelRows
{
    /// <summary>The lines of a column, and from the end of one column to the start of the next.</summary>
    private readonly int _lines = Math.Max(1, depth / Vector512<float>.Count);
    private readonly nint _jump = ldb - depth / Vector512<float>.Count * Vector512<float>.Count;
    private PackedRows _rows = new(panel);
    private float* _next = next;
    private int _left = Math.Max(1, depth / Vector512<float>.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(out Vector512<float> low, out Vector512<float> high)
    {
        _rows.Take(out low, out high);
        Sse.Prefetch1(_next);
        _next += Vector512<float>.Count;
        if (--_left == 0)
        {
            _next += _jump;
            _left = _lines;
        }
    }
}
