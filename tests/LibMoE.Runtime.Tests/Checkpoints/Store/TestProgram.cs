using System.Collections;
using System.Diagnostics;

namespace LibMoE.Runtime.Tests.Checkpoints.Store;

/// <summary>Starts this assembly as a program.</summary>
internal static class TestProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    public static string Path { get; } = typeof(TestProgram).Assembly.Location;

    /// <summary>Starts it.</summary>
    /// <param name="args">Its arguments.</param>
    /// <param name="workingFolder">Where.</param>
    /// <param name="under">A program, with its arguments, that it is started under.</param>
    public static Process Start(IEnumerable<string> args, string workingFolder, params string[] under)
    {
        string[] line = [.. under, "dotnet", Path, .. args];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (((string)variable.Key).StartsWith("LIBMOE_", StringComparison.OrdinalIgnoreCase))
            {
                start.Environment.Remove((string)variable.Key);
            }
        }

        start.Environment["DOTNET_TieredPGO"] = "0";
        return Process.Start(start)!;
    }

    /// <summary>Waits for its end.</summary>
    public static Ended Wait(Process process)
    {
        using (process)
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                throw new TimeoutException($"A program did not end within {Patience}.");
            }

            process.WaitForExit();
            return new Ended(process.ExitCode, Lines(output.Result), Lines(error.Result));
        }
    }

    /// <summary>Runs it to its end.</summary>
    public static Ended Run(IEnumerable<string> args, string workingFolder, params string[] under) =>
        Wait(Start(args, workingFolder, under));

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>How it ended.</summary>
    internal sealed record Ended(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors);
}
