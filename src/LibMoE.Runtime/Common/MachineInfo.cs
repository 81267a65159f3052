using System.Runtime.InteropServices;
using TorchSharp;

namespace LibMoE.Runtime;

/// <summary>Where a study ran: what speed depends on, and what bit-identical results depend on.</summary>
/// <param name="Os">The operating system and its version.</param>
/// <param name="Cpu">The processor's name, or its architecture where the system does not say.</param>
/// <param name="Cores">Logical cores that the process may use.</param>
/// <param name="Threads">Threads that libtorch computes with.</param>
/// <param name="Libtorch">The version of libtorch.</param>
/// <param name="Dotnet">The version of the .NET runtime.</param>
public sealed record MachineInfo(string Os, string Cpu, int Cores, int Threads, string Libtorch, string Dotnet)
{
    /// <summary>Where the models were trained, such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>This machine, now.</summary>
    /// <param name="threads">Threads that were asked for; null where libtorch chose.</param>
    public static MachineInfo Current(int? threads = null) => new(
        RuntimeInformation.OSDescription,
        ProcessorName(),
        Environment.ProcessorCount,
        threads ?? torch.get_num_threads(),
        torch.__version__,
        Environment.Version.ToString());

    private static string ProcessorName()
    {
        const string Linux = "/proc/cpuinfo";
        var name = File.Exists(Linux)
            ? File.ReadLines(Linux).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return name ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
