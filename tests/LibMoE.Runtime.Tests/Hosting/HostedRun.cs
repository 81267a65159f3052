using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>A program run inside the test process, in a temporary working directory, with its own output and environment.</summary>
internal sealed class HostedRun : IDisposable
{
    private readonly string _home = Directory.GetCurrentDirectory();

    public HostedRun()
    {
        Folder = Directory.CreateTempSubdirectory("libmoe-host-").FullName;
        Directory.SetCurrentDirectory(Folder);
        File.WriteAllText("text.txt", string.Concat(Enumerable.Range(0, 1500).Select(line => $"Line {line} counts {line * line % 97}.\n")));
    }

    public string Folder { get; }

    public string Output { get; private set; } = "";

    public string[] Errors { get; private set; } = [];

    /// <summary>What was logged, by all runs.</summary>
    public LoggedLines Logged { get; } = new();

    /// <summary>Whether anything was written under runs/.</summary>
    public bool LeftARun => Directory.Exists(Path.Combine(Folder, "runs"));

    public static string[] Tiny(params string[] more) => TinyFor(4, more);

    public static string[] TinyFor(int steps, params string[] more) =>
    [
        "--corpus", "text.txt", "--threads", "1", "--steps", $"{steps}", "--batch", "2", "--sequence-length", "16", "--Model:Dim=16",
        "--Model:Heads=2", "--Model:Layers=1", "--Training:LogEvery=1", "--Training:ValidationSequences=8", "--Training:Warmup=1",
        "--Corpus:Cache=cache", .. more,
    ];

    public Task<int> Run(params string[] args) => Run([MoeVariant.Of<HostedSmoe>()], args);

    public async Task<int> Run(IReadOnlyList<MoeVariant> variants, string[] args, CancellationToken stop = default)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var builder = new MoeApplicationBuilder(args, output, error);
        builder.Services.AddSingleton<ILoggerProvider>(Logged);
        foreach (var variant in variants)
        {
            builder.Services.AddSingleton(variant);
        }

        var exitCode = await builder.Build().RunVerbAsync(stop);
        (Output, Errors) = (output.ToString(), error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return exitCode;
    }

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_home);
        Directory.Delete(Folder, recursive: true);
    }
}
