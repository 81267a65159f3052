using System.Diagnostics;

namespace LibMoE.Runtime.Tests;

/// <summary>A program of others, which a test compares ours with.</summary>
internal static class ForeignProgram
{
    /// <summary>Runs it to its end; where it cannot be started, the test skips with the reason.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    public static (int ExitCode, string Output, string Errors) Run(string folder, string program, string arguments)
    {
        Process? process = null;
        try
        {
            process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            Skip.If(true, $"{program} cannot be started: {missing.Message}");
        }

        using (process)
        {
            var errors = process!.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, errors.Result);
        }
    }
}
