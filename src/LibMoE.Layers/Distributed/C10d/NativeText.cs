using System.Runtime.InteropServices;
using System.Text;

namespace LibMoE.Runtime.Distributed.C10d;

/// <summary>What the native library says where something went wrong.</summary>
internal static unsafe class NativeText
{
    /// <summary>Bytes of a message, at most.</summary>
    public const int Length = 2048;

    /// <summary>The first line of what libtorch says; null where the code is 0.</summary>
    public static string? Reason(int code, byte* message) => code == 0 ? null
        : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(message)).Split('\n')[0].TrimEnd('.', ' ');
}
