using System.Diagnostics;

namespace LibMoE.Federated.Tests;

/// <summary>Python, where it is installed: first the one in the path, then Debian's, which has Debian's packages.</summary>
internal static class Python
{
    private static readonly string[] Programs = ["python3", "/usr/bin/python3"];

    /// <summary>Whether some Python can import a module.</summary>
    public static bool Has(string module) => With(module) is not null;

    /// <summary>The Python that can import a module; null where none can.</summary>
    public static string? With(string module) => Programs.FirstOrDefault(program =>
    {
        try
        {
            using var process = Start(program, $"import {module}");
            process.StandardInput.Close();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });

    /// <summary>Runs a program of numpy on some bytes.</summary>
    public static byte[] Run(string program, byte[] input)
    {
        using var process = Start(With("numpy")!, program);
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return output.ToArray();
    }

    /// <summary>Starts a program.</summary>
    public static Process Start(string python, string program, params string[] args) =>
        Process.Start(new ProcessStartInfo(python, ["-c", program, .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
