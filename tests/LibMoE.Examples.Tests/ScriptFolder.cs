using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace LibMoE.Examples.Tests;

/// <summary>An empty folder in which scripts of one file are run by <c>dotnet run</c>, one after the other.</summary>
public sealed partial class ScriptFolder : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("libmoe-scripts-");

    public string PathOf(params string[] parts) => Path.Combine([_folder.FullName, .. parts]);

    /// <summary>Runs a command of a page: <c>dotnet run -c Release --project examples/X -- …</c>, for which the program stands that these
    /// tests were built with, or <c>dotnet run -c Release examples/scripts/x.cs -- …</c>.</summary>
    public Task<Ended> Command(string command)
    {
        var words = Words().Matches(command).Select(word => word.Value.Trim('"')).ToArray();
        Assert.Equal(["dotnet", "run", "-c", "Release"], words[..4]);
        return words[4] == "--project"
            ? Start(words[5], [Repository.ProgramOf(Path.GetFileName(words[5])), .. words[7..]])
            : Run(Path.GetFileName(words[4]), words[6..]);
    }

    /// <summary>Runs a script of examples/scripts, which must end well, in the configuration of these tests, so that what they were built
    /// with is not built again.</summary>
    public Task<Ended> Run(string script, params string[] args)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string[] line = ["run", "-c", configuration, Repository.PathOf("examples", "scripts", script), "--", .. args];
        return Start(script, args.Length > 0 ? line : line[..^1]);
    }

    private async Task<Ended> Start(string name, string[] line)
    {
        var start = new ProcessStartInfo("dotnet", line)
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };

        // What the build of these tests set for itself is not the script's.
        foreach (var variable in new[] { "MSBuildSDKsPath", "MSBuildExtensionsPath", "MSBUILD_EXE_PATH" })
        {
            start.Environment.Remove(variable);
        }

        start.Environment["LIBMOE_DATA"] = PathOf("cache");
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        var ended = new Ended(process.ExitCode, await output, [.. (await error).Split('\n', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.True(ended.ExitCode == 0, $"{name}: {ended.ExitCode}\n{ended.Output}\n{string.Join('\n', ended.Errors)}");
        return ended;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [GeneratedRegex("\"[^\"]*\"|[^ ]+")]
    private static partial Regex Words();
}
