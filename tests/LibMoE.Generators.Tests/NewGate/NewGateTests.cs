using System.Diagnostics;
using System.Text.RegularExpressions;
using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests.NewGate;

/// <summary>
/// That docs/common-tasks.md names every file that a new gate touches: a gate is added to a copy of the sources by that list alone.
/// </summary>
public sealed partial class NewGateTests : IDisposable
{
    private static readonly string[] RootFiles =
        ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json", ".editorconfig"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    private readonly DirectoryInfo _copy = Directory.CreateTempSubdirectory("libmoe-gate-");

    public void Dispose() => _copy.Delete(recursive: true);

    [Fact]
    public void Every_source_file_that_the_gate_touches_is_in_the_list()
    {
        var listed = Listed().ToList();

        Assert.All(SquareGate.Files.Keys.Concat(SquareGate.Rows.Select(row => row.File)), touched =>
            Assert.Contains(listed, path => path.EndsWith('/') ? touched.StartsWith(path, StringComparison.Ordinal) : touched == path));
    }

    [Fact]
    public void Every_source_file_of_the_list_is_there_or_is_the_new_gates_own() => Assert.All(
        Listed(), path => Assert.True(Path.Exists(Repository.Path(path)) || SquareGate.Files.ContainsKey(path), path));

    /// <summary>Builds all of the runtime once more: minutes on a slow machine.</summary>
    [Fact]
    public async Task A_gate_that_was_added_by_the_list_alone_passes_everything_that_the_kit_claims()
    {
        Copy("src");
        Copy("build");
        Directory.CreateDirectory(At("docs"));
        File.Copy(Repository.Path("docs", "settings.md"), At("docs/settings.md"));
        foreach (var name in RootFiles)
        {
            File.Copy(Repository.Path(name), Path.Combine(_copy.FullName, name));
        }

        var program =
            new Dictionary<string, string> { ["square/square.csproj"] = SquareGate.Project, ["square/Program.cs"] = SquareGate.Program };
        foreach (var (path, text) in SquareGate.Files.Concat(program))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
            await File.WriteAllTextAsync(At(path), text);
        }

        foreach (var (path, old, @new) in SquareGate.Rows)
        {
            var text = await File.ReadAllTextAsync(At(path));
            Assert.Equal(2, text.Split(old).Length);
            await File.WriteAllTextAsync(At(path), text.Replace(old, @new, StringComparison.Ordinal));
        }

        var output = await Run(
            "run", "-c", "Release", "--project", At("square/square.csproj"), "-p:RunAnalyzers=false", "-p:GenerateDocumentationFile=false");

        Assert.EndsWith("right", output.Trim(), StringComparison.Ordinal);
    }

    /// <summary>The source files that the list names, with the gate's name in place of X.</summary>
    private static IEnumerable<string> Listed()
    {
        var page = File.ReadAllText(Repository.Path("docs", "common-tasks.md"));
        var section = page.Split("\n## ").Single(section => section.StartsWith("A new gate\n", StringComparison.Ordinal));
        return Paths().Matches(section)
            .Select(match => match.Groups[1].Value.Replace("/XGate", "/SquareGate", StringComparison.Ordinal))
            .Distinct();
    }

    private string At(string path) => Path.Combine([_copy.FullName, .. path.Split('/')]);

    private void Copy(string folder)
    {
        var root = Repository.Path(folder);
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Where(file => !BuildOutput().IsMatch(file)))
        {
            var to = Path.Combine(_copy.FullName, folder, Path.GetRelativePath(root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
    }

    private async Task<string> Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = _copy.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1" },
        })!;
        using var patience = new CancellationTokenSource(Patience);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.ExitCode == 0, $"{await output}\n{await error}");
        return await output;
    }

    [GeneratedRegex("`(src/[^`]*)`")]
    private static partial Regex Paths();

    [GeneratedRegex("[/\\\\](bin|obj)[/\\\\]")]
    private static partial Regex BuildOutput();
}
