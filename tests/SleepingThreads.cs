using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LibMoE.Runtime.Testing;

/// <summary>Test assemblies run beside each other: threads that spin while they wait would starve those of the others.</summary>
internal static class SleepingThreads
{
    /// <summary>Before anything of the assembly runs, and so before libtorch is loaded.</summary>
#pragma warning disable CA2255 // A test assembly is a program.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Ask() => NativeThreads.SleepWhileWaiting();
}

/// <summary>The process that runs this assembly's tests.</summary>
public class SleepingThreadsTests
{
    [SkippableFact]
    public void Threads_of_this_test_host_sleep_while_they_wait_unless_the_environment_says_otherwise()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "libtorch has another OpenMP library here.");
        var given = Environment.GetEnvironmentVariable("GOMP_SPINCOUNT");
        var expected = given ?? (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null ? "0" : null);

        Assert.Equal(expected, Marshal.PtrToStringUTF8(getenv("GOMP_SPINCOUNT")));
    }

    /// <summary>The C library's own environment, which the OpenMP library reads.</summary>
    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
#pragma warning disable SYSLIB1054 // Not every test project allows unsafe code.
    private static extern nint getenv(string name);
#pragma warning restore SYSLIB1054
}
