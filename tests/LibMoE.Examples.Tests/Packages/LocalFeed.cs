using System.Diagnostics;
using System.Text;

namespace LibMoE.Examples.Tests.Packages;

/// <summary>
/// The packages of this checkout in a folder, and nothing else to restore from: what they depend on was restored for this checkout already,
/// and is only read. The packages themselves are unpacked into a folder of this feed, so that no earlier ones of the same number are met.
/// </summary>
public sealed class LocalFeed : IDisposable
{
    /// <summary>Their version.</summary>
    public const string Version = "0.0.0-local";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>What is packed. The first builds all others, so that they are not built together.</summary>
    private static readonly string[] Projects =
    [
        "LibMoE.Dashboard", "LibMoE.Serving", "LibMoE.Federated", "LibMoE.Runtime", "LibMoE.Layers", "LibMoE.Testing", "LibMoE.Templates",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("libmoe-feed-");

    public LocalFeed()
    {
        foreach (var project in Projects)
        {
            var packed = Run(
                Repository.Root, "pack", Path.Combine("src", project), "-c", "Release", "-v", "quiet", "--nologo", "-o", Feed,
                "--artifacts-path", Path.Combine(_folder.FullName, "artifacts"), $"-p:MinVerVersionOverride={Version}",
                "-p:RunAnalyzers=false", "-tl:off");
            if (packed.ExitCode != 0)
            {
                throw new InvalidOperationException($"dotnet pack of {project} ended with {packed.ExitCode}:\n{packed.Output}");
            }
        }

        File.WriteAllText(Path.Combine(_folder.FullName, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="local" value="{Feed}" />
              </packageSources>
              <fallbackPackageFolders>
                <clear />
                <add key="restored" value="{Restored}" />
              </fallbackPackageFolders>
            </configuration>
            """);
        LeaveOutOtherSystems();
        var installed = Run(
            _folder.FullName, "new", "install", Path.Combine(Feed, $"LibMoE.Templates.{Version}.nupkg"), "--debug:custom-hive", Hive);
        if (installed.ExitCode != 0)
        {
            throw new InvalidOperationException($"dotnet new install ended with {installed.ExitCode}:\n{installed.Output}");
        }
    }

    /// <summary>The files of the feed.</summary>
    public IReadOnlyList<string> Packages =>
        [.. Directory.EnumerateFiles(Feed).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private string Feed => Path.Combine(_folder.FullName, "feed");

    private string Hive => Path.Combine(_folder.FullName, "hive");

    private static string Restored => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>A package of the feed.</summary>
    public string PathOf(string package) => Path.Combine(Feed, $"{package}.{Version}.nupkg");

    /// <summary>An empty folder outside the tree that restores from this feed.</summary>
    public string NewFolder(string name) => _folder.CreateSubdirectory(name).FullName;

    /// <summary>A project from a template.</summary>
    /// <param name="template">Its short name.</param>
    /// <param name="name">The folder, and the project's name.</param>
    public string NewProject(string template, string name)
    {
        var folder = NewFolder(name);
        var made = Run(folder, "new", template, "-o", folder, "-n", name, "--debug:custom-hive", Hive);
        Assert.True(made.ExitCode == 0, made.Output);
        return folder;
    }

    /// <summary>Runs dotnet in a folder, to its end.</summary>
    public (int ExitCode, string Output) Run(string folder, params string[] args)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", args)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
                Environment =
                {
                    ["CI"] = "", ["DOTNET_CLI_UI_LANGUAGE"] = "en", ["MSBUILDDISABLENODEREUSE"] = "1", ["NO_COLOR"] = "1",
                    ["DOTNET_NOLOGO"] = "1",
                    ["LIBMOE_DATA"] = Path.Combine(_folder.FullName, "data"),
                },
            },
        };
        if (folder != Repository.Root)
        {
            process.StartInfo.Environment["NUGET_PACKAGES"] = Path.Combine(_folder.FullName, "packages");
        }

        var output = new StringBuilder();
        void Take(object sender, DataReceivedEventArgs received)
        {
            lock (output)
            {
                output.AppendLine(received.Data);
            }
        }

        process.OutputDataReceived += Take;
        process.ErrorDataReceived += Take;
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"dotnet {string.Join(' ', args)} did not end within {Patience}:\n{output}");
        }

        process.WaitForExit();
        return (process.ExitCode, output.ToString());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>A first restore asks for the native libraries of other systems too, since it does not know yet what the packages leave out.
    /// This checkout never restores those, so that they are there, in its version, only where something else has.</summary>
    private void LeaveOutOtherSystems()
    {
        var others = Path.Combine(Restored, "skiasharp.nativeassets.macos");
        var own = Directory.EnumerateDirectories(Path.Combine(Restored, "skiasharp.nativeassets.linux.nodependencies"));
        if (!own.All(version => Directory.Exists(Path.Combine(others, Path.GetFileName(version)))))
        {
            File.WriteAllText(Path.Combine(_folder.FullName, "Directory.Build.targets"), $"""
                <Project>
                  <Import Project="{Path.Combine(Repository.Root, "build", "NativeLibraries.targets")}" />
                </Project>
                """);
        }
    }
}
