using LibMoE.Runtime.Tests.Checkpoints.Store;

namespace LibMoE.Runtime.Tests.Kernels;

/// <summary>A program that a test starts: what the OpenMP library of libtorch read when it was loaded.</summary>
public class NativeThreadsTests
{
    [SkippableTheory]
    [InlineData("", "GOMP_SPINCOUNT = '0'")]
    [InlineData("GOMP_SPINCOUNT=777", "GOMP_SPINCOUNT = '777'")]
    [InlineData("OMP_WAIT_POLICY=PASSIVE", "OMP_WAIT_POLICY = 'PASSIVE'")]
    public void A_worker_process_sleeps_while_it_waits_unless_its_user_has_said_otherwise(string set, string read)
    {
        string[] under = ["env", "-u", "GOMP_SPINCOUNT", "-u", "OMP_WAIT_POLICY", "OMP_DISPLAY_ENV=VERBOSE", .. set.Split(
            ' ', StringSplitOptions.RemoveEmptyEntries)];
        Skip.IfNot(OperatingSystem.IsLinux(), "libtorch has another OpenMP library here.");

        var ended = TestProgram.Run(["peak", "plain"], Path.GetTempPath(), under);

        Assert.Contains(ended.Errors, line => line.Contains(read, StringComparison.Ordinal));
    }
}
