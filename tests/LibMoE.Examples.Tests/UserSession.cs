using System.Collections;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Text;

namespace LibMoE.Examples.Tests;

/// <summary>A user at a shell: an empty working folder, an empty cache of corpora, and programs started as processes.</summary>
public sealed class UserSession : IDisposable
{
    /// <summary>Far beyond what anything here takes; a test that hangs ends with what was written so far.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("libmoe-user-");
    private readonly DirectoryInfo _cache = Directory.CreateTempSubdirectory("libmoe-cache-");

    /// <summary>What a user adds to the environment; null takes a variable away.</summary>
    public Dictionary<string, string?> Variables { get; } = [];

    public string PathOf(params string[] parts) => Path.Combine([_folder.FullName, .. parts]);

    public IEnumerable<string> Files =>
        Directory.EnumerateFileSystemEntries(_folder.FullName).Select(path => Path.GetFileName(path)).Order();

    /// <summary>Runs a program to its end.</summary>
    public Task<Ended> Run(string example, params string[] args) => Run(example, args, whileRunning: null);

    /// <summary>Runs a program to its end, with more in its environment.</summary>
    public Task<Ended> Run(string example, string[] args, IReadOnlyDictionary<string, string?> variables) =>
        Run(example, args, whileRunning: null, variables: variables);

    /// <summary>Runs a program to its end, with something done to it on its first line that contains the given words.</summary>
    /// <param name="example">The program.</param>
    /// <param name="args">Its arguments.</param>
    /// <param name="whileRunning">On which words, what.</param>
    /// <param name="env">How <c>env</c> sets signals before it starts the program; by default as a shell's foreground does.</param>
    /// <param name="started">Gets the process when it has started.</param>
    /// <param name="variables">More of its environment; null for no more.</param>
    public async Task<Ended> Run(
        string example, string[] args, (string Words, Action<Process, string> Act)? whileRunning,
        string env = "--default-signal=INT,TERM,HUP", Action<Process>? started = null,
        IReadOnlyDictionary<string, string?>? variables = null)
    {
        using var process = new Process { StartInfo = Start(example, args, env) };
        foreach (var (name, value) in variables ?? new Dictionary<string, string?>())
        {
            process.StartInfo.Environment[name] = value;
        }

        var (output, error) = (new StringBuilder(), new StringBuilder());
        ExceptionDispatchInfo? failure = null;
        process.OutputDataReceived += (_, received) =>
        {
            output.AppendLine(received.Data);
            if (whileRunning is { } act && received.Data is { } line && line.Contains(act.Words, StringComparison.Ordinal))
            {
                whileRunning = null;
                try
                {
                    act.Act(process, line);
                }
#pragma warning disable CA1031 // Thrown here, on a thread of the process' streams, it would end all tests.
                catch (Exception wrong)
#pragma warning restore CA1031
                {
                    failure = ExceptionDispatchInfo.Capture(wrong);
                    process.Kill(entireProcessTree: true);
                }
            }
        };
        process.ErrorDataReceived += (_, received) => error.AppendLine(received.Data);
        process.Start();
        started?.Invoke(process);
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw new TimeoutException($"{example} {string.Join(' ', args)} did not end within {Patience}:\n{output}\n{error}");
        }

        failure?.Throw();
        return new Ended(process.ExitCode, output.ToString(), Lines(error.ToString()));
    }

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _cache.Delete(recursive: true);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private ProcessStartInfo Start(string example, string[] args, string env)
    {
        // As a shell's foreground starts it: .NET leaves a SIGINT alone that is ignored when it starts, as in a shell's background.
        string[] line = OperatingSystem.IsLinux() ? ["env", env, "dotnet"] : ["dotnet"];
        var start = new ProcessStartInfo(line[0], [.. line[1..], Repository.ProgramOf(example), .. args])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var name in Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(variable => (string)variable.Key))
        {
            if (name.StartsWith("LIBMOE_", StringComparison.OrdinalIgnoreCase))
            {
                start.Environment.Remove(name);
            }
        }

        start.Environment["LIBMOE_DATA"] = _cache.FullName;
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">0 done, 1 failed, 2 wrong usage or configuration, 130 stopped.</param>
/// <param name="Output">All of the standard output.</param>
/// <param name="Errors">The lines of the error stream.</param>
public sealed record Ended(int ExitCode, string Output, IReadOnlyList<string> Errors);
