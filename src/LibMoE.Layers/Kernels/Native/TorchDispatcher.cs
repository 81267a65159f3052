using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Native;

/// <summary>
/// Operations of libtorch by their names, through its stable C interface with strings and lists of whole numbers, which libtorch 2.10 has.
/// Arguments are cells of 64 bits, and a call consumes them.
/// </summary>
internal sealed unsafe class TorchDispatcher
{
    /// <summary>2.10, as torch_call_dispatcher is told which rules its caller keeps.</summary>
    private const ulong Version = (2UL << 56) | (10UL << 48);

    private readonly delegate* unmanaged<nint, nint*, int> _share;
    private readonly delegate* unmanaged<byte*, byte*, ulong*, ulong, int> _call;
    private readonly delegate* unmanaged<byte*, nuint, nint*, int> _newText;
    private readonly delegate* unmanaged<nuint, nint*, int> _newList;
    private readonly delegate* unmanaged<nint, ulong, int> _push;

    private TorchDispatcher(nint share, nint call, nint newText, nint newList, nint push)
    {
        _share = (delegate* unmanaged<nint, nint*, int>)share;
        _call = (delegate* unmanaged<byte*, byte*, ulong*, ulong, int>)call;
        _newText = (delegate* unmanaged<byte*, nuint, nint*, int>)newText;
        _newList = (delegate* unmanaged<nuint, nint*, int>)newList;
        _push = (delegate* unmanaged<nint, ulong, int>)push;
    }

    /// <summary>Null where this build of libtorch lacks an entry.</summary>
    public static TorchDispatcher? Found { get; } = Find();

    /// <summary>A tensor as an argument.</summary>
    public ulong Tensor(Tensor tensor)
    {
        nint shared;
        Check(_share(tensor.Handle, &shared), "a handle of a tensor");
        return (ulong)shared;
    }

    /// <summary>A text as an argument.</summary>
    public ulong Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        nint made;
        fixed (byte* start = bytes)
        {
            Check(_newText(start, (nuint)bytes.Length, &made), "a text");
        }

        return (ulong)made;
    }

    /// <summary>Whole numbers as an argument.</summary>
    public ulong Numbers(ReadOnlySpan<long> numbers)
    {
        nint made;
        Check(_newList((nuint)numbers.Length, &made), "a list");
        foreach (var number in numbers)
        {
            Check(_push(made, (ulong)number), "a longer list");
        }

        return (ulong)made;
    }

    /// <summary>Calls an operation that gives one tensor.</summary>
    /// <param name="operation">Its full name without an overload.</param>
    /// <param name="arguments">Of <see cref="Tensor"/>, <see cref="Text"/> and <see cref="Numbers"/>.</param>
    /// <returns>The tensor; null where libtorch refuses. It has printed the reason to the standard error stream then.</returns>
    public Tensor? Call(string operation, params ReadOnlySpan<ulong> arguments)
    {
        var stack = stackalloc ulong[Math.Max(1, arguments.Length)];
        arguments.CopyTo(new Span<ulong>(stack, arguments.Length));
        fixed (byte* name = Encoding.UTF8.GetBytes(operation + '\0'), overload = "\0"u8)
        {
            return _call(name, overload, stack, Version) == 0 ? TorchSharp.torch.Tensor.UnsafeCreateTensor((nint)stack[0]) : null;
        }
    }

    private static void Check(int code, string what)
    {
        if (code != 0)
        {
            throw new InvalidOperationException($"libtorch could not make {what}.");
        }
    }

    private static TorchDispatcher? Find() =>
        TorchLibrary.Handle is { } library
        && NativeLibrary.TryGetExport(library, "aoti_torch_new_tensor_handle", out var share)
        && NativeLibrary.TryGetExport(library, "torch_call_dispatcher", out var call)
        && NativeLibrary.TryGetExport(library, "torch_new_string_handle", out var newText)
        && NativeLibrary.TryGetExport(library, "torch_new_list_reserve_size", out var newList)
        && NativeLibrary.TryGetExport(library, "torch_list_push_back", out var push)
            ? new TorchDispatcher(share, call, newText, newList, push)
            : null;
}
