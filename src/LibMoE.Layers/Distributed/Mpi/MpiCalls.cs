using System.Runtime.InteropServices;

namespace LibMoE.Runtime.Distributed.Mpi;

/// <summary>What of the C library an MPI library needs before it starts.</summary>
internal static partial class MpiCalls
{
    /// <summary>Sets a variable for native code; what .NET's own call sets stays inside .NET.</summary>
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetVariable(string name, string value, int overwrite);

    /// <summary>Loads a library; 0 where there is none.</summary>
    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Load(string file, int flags);
}
