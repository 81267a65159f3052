using System.Runtime.InteropServices;
using TorchSharp;

namespace LibMoE.Runtime;

/// <summary>Whether libtorch is there. TorchSharp comes without it: a program refers to the package of its platform,
/// or of its card.</summary>
public static class TorchBackend
{
    private const string StandardLibrary = "GLIBCXX_";

    /// <summary>What is wrong, in one sentence with what to add; null where libtorch loads. The first call loads it.</summary>
    public static string? Problem => Cause.Value is { } cause
        ? OldStandardLibrary(cause) ?? "libtorch cannot be loaded: add a package reference to one of libtorch-cpu-linux-x64, "
            + "libtorch-cpu-win-x64, "
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
            return OfNativeLibrary(NativeFolders())
                ?? failure.GetBaseException().Message.Split('\n')[0].TrimEnd('.', '\r');
        }
    });

    /// <summary>What the loader says of TorchSharp's own library, which TorchSharp's message leaves out; null where it loads or is not
    /// there.</summary>
    /// <param name="folders">Where it may lie.</param>
    internal static string? OfNativeLibrary(IEnumerable<string> folders)
    {
        foreach (var path in folders.Select(folder => Path.Combine(folder, "libLibTorchSharp.so")).Where(File.Exists))
        {
            try
            {
                NativeLibrary.Free(NativeLibrary.Load(path));
                return null;
            }
            catch (DllNotFoundException refused) when (refused.Message.Contains(StandardLibrary, StringComparison.Ordinal))
            {
                return refused.Message.Split('\n').First(line => line.Contains(StandardLibrary, StringComparison.Ordinal)).Trim();
            }
            catch (Exception other) when (other is DllNotFoundException or BadImageFormatException)
            {
                // libtorch itself may be what is missing.
            }
        }

        return null;
    }

    /// <summary>The sentence for a system whose standard library of C++ is older than TorchSharp asks for; null for another
    /// cause.</summary>
    /// <param name="cause">What the loader said.</param>
    internal static string? OldStandardLibrary(string cause) => cause.Contains(StandardLibrary, StringComparison.Ordinal)
        ? "TorchSharp's native library asks for a newer libstdc++ than this system has, for a symbol that it never calls: the package "
            + "LibMoE mends that in the build, and a project without it imports build/FixTorchSharpNative.targets of LibMoE's sources "
            + $"({cause})"
        : null;

    private static IEnumerable<string> NativeFolders() =>
    [
        AppContext.BaseDirectory,
        Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"),
        .. (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
    ];
}
