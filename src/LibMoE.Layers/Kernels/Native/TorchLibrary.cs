using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Native;

/// <summary>
/// What libtorch's CPU library exports besides its C++ interface: the BLAS it was linked with, its thread pool, and access to tensor
/// memory. Builds differ in what they export, so every entry is looked up and none assumed.
/// </summary>
internal sealed unsafe class TorchLibrary
{
    private readonly delegate* unmanaged<
        byte*, byte*, int*, int*, int*, float*, float*, int*, float*, int*, float*, float*, int*, void> _sgemm;
    private readonly delegate* unmanaged<long, long, long, delegate* unmanaged<long, long, void*, void>, void*, int> _parallelFor;
    private readonly delegate* unmanaged<nint, void**, int> _dataPointer;
    private readonly delegate* unmanaged<long, long, long, long, long, long, byte, ushort*, uint*, float*, byte, void> _brgemm;
    private readonly delegate* unmanaged<byte, void> _endBrgemm;

    private TorchLibrary(nint sgemm, nint parallelFor, nint dataPointer, nint brgemm, nint endBrgemm)
    {
        _sgemm = (delegate* unmanaged<byte*, byte*, int*, int*, int*, float*, float*, int*, float*, int*, float*, float*, int*, void>)sgemm;
        _parallelFor = (delegate* unmanaged<long, long, long, delegate* unmanaged<long, long, void*, void>, void*, int>)parallelFor;
        _dataPointer = (delegate* unmanaged<nint, void**, int>)dataPointer;
        _brgemm = (delegate* unmanaged<long, long, long, long, long, long, byte, ushort*, uint*, float*, byte, void>)brgemm;
        _endBrgemm = (delegate* unmanaged<byte, void>)endBrgemm;
    }

    /// <summary>The loaded library; null where this process has none of that name.</summary>
    public static nint? Handle { get; } = Find();

    // Behind the handle, from which it is made.
    private static readonly delegate* unmanaged<byte> KeptGraph = FindKeepsGraph();

    /// <summary>The library of this process; null where an entry is missing or does not compute what it should.</summary>
    public static TorchLibrary? Loaded { get; } = Load();

    /// <summary>Whether the graph that this thread goes back through is kept for a second pass; true as well where that cannot be
    /// told.</summary>
    public static bool KeepsGraph => KeptGraph is null || KeptGraph() != 0;

    /// <summary>The memory of a dense CPU tensor; null for none.</summary>
    public void* Pointer(Tensor? tensor)
    {
        if (tensor is null)
        {
            return null;
        }

        void* pointer;
        if (_dataPointer(tensor.Handle, &pointer) != 0)
        {
            throw new InvalidOperationException("libtorch gave no memory for a tensor of the expert computation.");
        }

        return pointer;
    }

    /// <summary>Row-major c[m, n] = op(a)[m, k]·op(b)[k, n] + beta·c; "ld" are the lengths of stored rows.</summary>
    public void Multiply(
        bool transposeA, bool transposeB, int m, int n, int k, float* a, int lda, float* b, int ldb, float beta, float* c, int ldc)
    {
        // BLAS is column-major: there, the transposed product is op(b)·op(a).
        var (first, second) = ((byte)(transposeB ? 'T' : 'N'), (byte)(transposeA ? 'T' : 'N'));
        var one = 1f;
        _sgemm(&first, &second, &n, &m, &k, &one, b, &ldb, a, &lda, &beta, c, &ldc);
    }

    /// <summary>Whether the bfloat16 kernels are there; whether the processor runs them is not for this class to know.</summary>
    public bool HasBFloat16 => _brgemm is not null && _endBrgemm is not null;

    /// <summary>Row-major c[m, n] = a[m, k]·b[k, n] (+ c) of bfloat16 operands, b as pairs of rows, into float32.</summary>
    public void MultiplyBFloat16(int m, int n, int k, ushort* a, uint* b, int ldb, bool add, float* c, int ldc) =>
        _brgemm(m, n, k, k, ldb, ldc, add ? (byte)1 : (byte)0, a, b, c, 1);

    /// <summary>Gives the matrix unit back, which other code of the thread may set up differently.</summary>
    public void EndBFloat16() => _endBrgemm(1);

    /// <summary>Calls body(begin, end, state) for parts of [0, workers) on libtorch's own threads.</summary>
    public void ParallelFor(long workers, delegate* unmanaged<long, long, void*, void> body, void* state)
    {
        _ = _parallelFor(0, workers, 1, body, state);
    }

    /// <summary>torch::autograd::get_current_graph_task_keep_graph().</summary>
    private static delegate* unmanaged<byte> FindKeepsGraph() =>
        Handle is { } library
        && NativeLibrary.TryGetExport(library, "_ZN5torch8autograd33get_current_graph_task_keep_graphEv", out var keepsGraph)
            ? (delegate* unmanaged<byte>)keepsGraph
            : null;

    private static nint? Find()
    {
        // The first tensor makes TorchSharp load libtorch from wherever it ships.
        using (zeros(1))
        {
        }

        return NativeLibrary.TryLoad("torch_cpu", typeof(Tensor).Assembly, null, out var library) ? library : null;
    }

    private static TorchLibrary? Load()
    {
        if (Handle is not { } library
            || !NativeLibrary.TryGetExport(library, "sgemm_", out var sgemm)
            || !NativeLibrary.TryGetExport(library, "torch_parallel_for", out var parallelFor)
            || !NativeLibrary.TryGetExport(library, "aoti_torch_get_data_ptr", out var dataPointer))
        {
            return null;
        }

        // at::native::cpublas::brgemm(M, N, K, ld_a, ld_b, ld_c, add_C, const BFloat16*, const BFloat16*, float*,
        // is_vnni) and brgemm_release.
        _ = NativeLibrary.TryGetExport(library, "_ZN2at6native7cpublas6brgemmEllllllbPKN3c108BFloat16ES5_Pfb", out var brgemm);
        _ = NativeLibrary.TryGetExport(library, "_ZN2at6native7cpublas14brgemm_releaseEb", out var endBrgemm);
        var loaded = new TorchLibrary(sgemm, parallelFor, dataPointer, brgemm, endBrgemm);
        return loaded.Multiplies() ? loaded : null;
    }

    /// <summary>One small product, so that an sgemm_ with wider integers or other conventions is noticed here and not
    /// in a gradient.</summary>
    private bool Multiplies()
    {
        var a = stackalloc float[] { 1, 2, 3, 4, 5, 6 };
        var b = stackalloc float[] { 1, 0, 2, 0, 1, 3 };
        var c = stackalloc float[] { 10, 10, 10, 10 };
        Multiply(false, true, 2, 2, 3, a, 3, b, 3, 1, c, 2);
        return (c[0], c[1], c[2], c[3]) == (17f, 21f, 26f, 33f);
    }
}
