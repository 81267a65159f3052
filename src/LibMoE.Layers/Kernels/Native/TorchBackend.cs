using TorchSharp;

namespace LibMoE.Runtime;

/// <summary>Whether libtorch is there. TorchSharp comes without it: a program refers to the package of its platform,
/// or of its card.</summary>
public static class TorchBackend
{
    /// <summary>What is wrong, in one sentence with what to add; null where libtorch loads. The first call loads it.</summary>
    public static string? Problem => Cause.Value is { } cause
        ? "libtorch cannot be loaded: add a package reference to one of libtorch-cpu-linux-x64, libtorch-cpu-win-x64, "
            + $"libtorch-cpu-osx-arm64 (2.10.0), TorchSharp-cpu or TorchSharp-cuda-linux (0.107.0) to the program's project ({cause})"
        : null;

    private static Lazy<string?> Cause { get; } = new(() =>
    {
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
            return null;
        }
        catch (Exception failure)
            when (failure is NotSupportedException or TypeInitializationException or DllNotFoundException or EntryPointNotFoundException)
        {
            return failure.GetBaseException().Message.Split('\n')[0].TrimEnd('.', '\r');
        }
    });
}
