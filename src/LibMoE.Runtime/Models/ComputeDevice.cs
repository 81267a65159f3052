using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models;

/// <summary>Where models are trained, by name: <c>auto</c>, <c>cpu</c>, <c>cuda</c>, or <c>cuda:1</c> for the second
/// graphics card.</summary>
internal static class ComputeDevice
{
    private const string Card = "cuda";

    /// <summary>The device of a name; <c>auto</c> is the first graphics card where there is one.</summary>
    public static Device Of(string name) => name switch
    {
        "auto" => cuda.is_available() ? CUDA : CPU,
        "cpu" => CPU,
        _ => new Device(DeviceType.CUDA, Index(name) ?? 0),
    };

    /// <summary>What is wrong with a name, in one sentence; null where it names a device of this machine.</summary>
    public static string? Problem(string name)
    {
        if (name is "auto" or "cpu")
        {
            return null;
        }

        if (name != Card && Index(name) is null)
        {
            return $"Run:Device is '{name}'; it must be auto, cpu, cuda or cuda:N.";
        }

        var cards = cuda.is_available() ? cuda.device_count() : 0;
        return (Index(name) ?? 0) < cards ? null : cards == 0
            ? $"Run:Device is '{name}', but there is no CUDA device, or this program was built for the CPU; -p:LibMoEBackend=cuda "
                + "builds it for both."
            : string.Create(CultureInfo.InvariantCulture, $"Run:Device is '{name}'; this machine has cuda:0 to cuda:{cards - 1}.");
    }

    private static int? Index(string name) =>
        name.StartsWith(Card + ":", StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(Card.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;
}
