namespace LibMoE.Runtime.Tests.Kernels;

public sealed class TorchBackendTests
{
    [Fact]
    public void A_standard_library_that_is_too_old_is_named_with_its_cure()
    {
        var problem = TorchBackend.OldStandardLibrary("libstdc++.so.6: version `GLIBCXX_3.4.32' not found");

        Assert.StartsWith("TorchSharp's native library asks for a newer libstdc++", problem, StringComparison.Ordinal);
        Assert.Contains("build/FixTorchSharpNative.targets", problem, StringComparison.Ordinal);
        Assert.Contains("GLIBCXX_3.4.32", problem, StringComparison.Ordinal);
        Assert.Null(TorchBackend.OldStandardLibrary("libtorch.so: cannot open shared object file"));
    }

    /// <summary>The library as its package has it, which older systems refuse; newer ones load it.</summary>
    [SkippableFact]
    public void What_the_loader_says_of_the_package_s_own_library_is_found()
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var version = typeof(TorchSharp.torch).Assembly.GetName().Version!;
        var folder = Path.Combine(packages, "torchsharp", version.ToString(3), "runtimes", "linux-x64", "native");
        Skip.IfNot(OperatingSystem.IsLinux() && Directory.Exists(folder), $"{folder} is not there");

        var cause = TorchBackend.OfNativeLibrary([Path.Combine(folder, "absent"), folder]);

        Assert.True(cause is null || cause.Contains("GLIBCXX_", StringComparison.Ordinal), cause);
        Assert.Null(TorchBackend.OfNativeLibrary([AppContext.BaseDirectory]));
    }
}
