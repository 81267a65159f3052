using System.Diagnostics;
using System.Text.Json;

namespace LibMoE.Dashboard.Tests;

/// <summary>axe-core, the accessibility checker, of a version that is named here. It is installed by npm into the folder of temporary
/// files; LIBMOE_AXE names an axe.min.js that is there already.</summary>
internal static class Axe
{
    private const string Version = "4.14.1";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly Lazy<Task<(string? Script, string Reason)>> Source = new(LoadAsync);

    /// <summary>What it finds on a page as it is shown now, one sentence each.</summary>
    public static async Task<IReadOnlyList<string>> Violations(OpenPage open)
    {
        var (script, reason) = await Source.Value;
        Skip.If(script is null, reason);
        if (!await open.Page.EvaluateAsync<bool>("typeof window.axe === 'object'"))
        {
            await open.Page.EvaluateAsync(script!);
        }

        var found = await open.Page.EvaluateAsync<JsonElement>(
            """
            async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.flatMap(rule =>
              rule.nodes.map(node => `${rule.id} (${rule.impact}): ${rule.help}: ${node.target.join(" ")}: ${node.any[0]?.message ?? ""}`))
            """);
        return [.. found.EnumerateArray().Select(one => one.GetString()!)];
    }

    private static async Task<(string?, string)> LoadAsync()
    {
        if (Environment.GetEnvironmentVariable("LIBMOE_AXE") is { Length: > 0 } named)
        {
            return (await File.ReadAllTextAsync(named), "");
        }

        var folder = Path.Combine(Path.GetTempPath(), $"libmoe-axe-{Version}");
        var file = Path.Combine(folder, "node_modules", "axe-core", "axe.min.js");
        var reason = File.Exists(file) ? "" : await InstallAsync(folder);
        return File.Exists(file)
            ? (await File.ReadAllTextAsync(file), "")
            : (null, $"axe-core {Version} cannot be installed by npm: {reason}");
    }

    private static async Task<string> InstallAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        try
        {
            using var npm = Process.Start(new ProcessStartInfo(
                "npm", ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", $"axe-core@{Version}"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            using var patience = new CancellationTokenSource(Patience);
            var (output, error) = (npm.StandardOutput.ReadToEndAsync(patience.Token), npm.StandardError.ReadToEndAsync(patience.Token));
            try
            {
                await npm.WaitForExitAsync(patience.Token);
                return $"{await output} {await error}".ReplaceLineEndings(" ");
            }
            catch (OperationCanceledException)
            {
                npm.Kill(entireProcessTree: true);
                return "it took too long";
            }
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return missing.Message;
        }
    }
}
