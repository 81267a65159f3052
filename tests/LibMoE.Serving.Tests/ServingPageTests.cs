using System.Diagnostics;
using System.Text.RegularExpressions;
using LibMoE.Runtime;

namespace LibMoE.Serving.Tests;

/// <summary>The commands of docs/serving.md work as they stand there.</summary>
public sealed partial class ServingPageTests
{
    [SkippableFact]
    public async Task Every_curl_command_of_the_page_is_answered()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The commands are a shell's.");
        Skip.IfNot(File.Exists("/usr/bin/curl"), "There is no curl here.");
        var log = Path.Combine(Path.GetTempPath(), $"libmoe-page-{Guid.NewGuid():N}.jsonl");
        await using var served = await ServedSample.Start(new ServingOptions { AuditLog = log });
        var commands = Block().Matches(File.ReadAllText(Page()).ReplaceLineEndings("\n")).Select(block => block.Groups[1].Value)
            .Where(block => block.StartsWith("curl ", StringComparison.Ordinal)).ToList();

        Assert.Equal(3, commands.Count);
        foreach (var command in commands)
        {
            var line = command.Replace("http://127.0.0.1:5081/", served.Address.ToString(), StringComparison.Ordinal);
            using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", line]) { RedirectStandardOutput = true })!;
            var answer = await shell.StandardOutput.ReadToEndAsync();
            await shell.WaitForExitAsync();

            Assert.Equal(0, shell.ExitCode);
            Assert.Contains("\"completion_tokens\":", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("\"error\"", answer, StringComparison.Ordinal);
            Assert.Equal(line.Contains("Veto", StringComparison.Ordinal), answer.Contains("X-LibMoE-Audit: 1", StringComparison.Ordinal));
            Assert.Equal(line.Contains("Experts", StringComparison.Ordinal), answer.Contains("\"layers\":[[", StringComparison.Ordinal));
        }

        Assert.Null(AuditLog.Verify(log).Problem);
        File.Delete(log);
    }

    private static string Page()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LibMoE.slnx")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, "docs", "serving.md");
    }

    [GeneratedRegex(@"```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
