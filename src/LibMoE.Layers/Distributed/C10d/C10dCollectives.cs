using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Distributed.C10d;

/// <summary>libtorch's collectives on one of its groups, through the small native library. Each begins, and
/// <see cref="Wait(Tensor, out Tensor)"/> ends it; null says that all went well, and a text is libtorch's reason why not.</summary>
/// <param name="group">The group's name.</param>
internal sealed unsafe partial class C10dCollectives(string group)
{
    /// <summary>Begins to add up a tensor over the ranks, in place.</summary>
    public string? Sum(Tensor tensor)
    {
        var message = stackalloc byte[NativeText.Length];
        var code = Sum(tensor.Handle, group, message, NativeText.Length);
        GC.KeepAlive(tensor);
        return NativeText.Reason(code, message);
    }

    /// <summary>Begins to give a tensor of one rank to all, in place.</summary>
    public string? Broadcast(Tensor tensor, int root)
    {
        var message = stackalloc byte[NativeText.Length];
        var code = Broadcast(tensor.Handle, root, group, message, NativeText.Length);
        GC.KeepAlive(tensor);
        return NativeText.Reason(code, message);
    }

    /// <summary>Begins to send rows [N, D] to each rank.</summary>
    /// <param name="rows_ND">Those for rank 0, then those for rank 1, and so on.</param>
    /// <param name="sent_R">How many go to each rank.</param>
    /// <param name="received_R">How many come from each.</param>
    /// <param name="pending">The memory of the rows that come.</param>
    public string? Exchange(Tensor rows_ND, long[] sent_R, long[] received_R, out Tensor? pending)
    {
        var message = stackalloc byte[NativeText.Length];
        var code = Exchange(
            rows_ND.Handle, received_R, sent_R, received_R.Length, group, out var made, message, NativeText.Length);
        GC.KeepAlive(rows_ND);
        pending = code == 0 ? Tensor.UnsafeCreateTensor(made) : null;
        return NativeText.Reason(code, message);
    }

    /// <summary>Waits until what was begun with the memory of a tensor is done.</summary>
    public static string? Wait(Tensor tensor, out Tensor? done)
    {
        var message = stackalloc byte[NativeText.Length];
        var code = Wait(tensor.Handle, out var made, message, NativeText.Length);
        GC.KeepAlive(tensor);
        done = code == 0 ? Tensor.UnsafeCreateTensor(made) : null;
        return NativeText.Reason(code, message);
    }

    [LibraryImport(C10dGroup.Library, EntryPoint = "moe_c10d_sum", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Sum(nint tensor, string group, byte* message, int length);

    [LibraryImport(C10dGroup.Library, EntryPoint = "moe_c10d_broadcast", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Broadcast(nint tensor, int root, string group, byte* message, int length);

    [LibraryImport(C10dGroup.Library, EntryPoint = "moe_c10d_exchange", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Exchange(
        nint rows, long[] received, long[] sent, int ranks, string group, out nint made, byte* message, int length);

    [LibraryImport(C10dGroup.Library, EntryPoint = "moe_c10d_wait")]
    private static partial int Wait(nint tensor, out nint done, byte* message, int length);
}
