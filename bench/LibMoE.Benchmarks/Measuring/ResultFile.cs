using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json;

namespace LibMoE.Benchmarks.Measuring;

/// <summary>All results of a run with the machine they come from, as JSON.</summary>
internal static class ResultFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Write(string path, IReadOnlyList<Result> results)
    {
        var document = new
        {
            Schema = 1,
            Date = DateTime.UtcNow.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            Machine = new
            {
                Processor = Processor(),
                Cores = Environment.ProcessorCount,
                VectorBits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128,
                System = RuntimeInformation.OSDescription,
                Runtime = RuntimeInformation.FrameworkDescription,
            },
            Results = results,
        };
        File.WriteAllText(path, JsonSerializer.Serialize(document, Options));
    }

    /// <summary>The processor as Linux names it; elsewhere its architecture.</summary>
    private static string Processor()
    {
        const string Cpu = "/proc/cpuinfo";
        var lines = File.Exists(Cpu) ? File.ReadAllLines(Cpu) : [];
        string? Field(string name) => lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))
            ?.Split(':', 2)[1].Trim();
        return lines.Length == 0
            ? RuntimeInformation.ProcessArchitecture.ToString()
            : $"{Field("model name")} (family {Field("cpu family")}, model {Field("model\t")})";
    }
}
