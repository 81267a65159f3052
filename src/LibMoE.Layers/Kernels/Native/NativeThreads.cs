using System.Runtime.InteropServices;

namespace LibMoE.Runtime;

/// <summary>
/// How libtorch's threads wait for each other. The GNU OpenMP library that libtorch brings lets a thread that is done spin until the others
/// are. Beside other busy programs those others cannot run on the processor that it spins on, and a step takes twenty times as long.
/// </summary>
public static partial class NativeThreads
{
    /// <summary>
    /// Lets waiting threads of this process sleep; no result changes. The library reads this once,
    /// when it is loaded: call it before the first tensor. Nothing happens where the environment has <c>GOMP_SPINCOUNT</c> or
    /// <c>OMP_WAIT_POLICY</c>, and on other systems than Linux. A program that starts with an application's builder need not call it.
    /// </summary>
    public static void SleepWhileWaiting()
    {
        if (!OperatingSystem.IsLinux() || getenv("OMP_WAIT_POLICY") != 0)
        {
            return;
        }

        // By the C library: what Environment sets stays inside .NET. An existing value is not overwritten.
        _ = setenv("GOMP_SPINCOUNT", "0", overwrite: 0);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint getenv(string name);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
