using Microsoft.Extensions.DependencyInjection;

namespace LibMoE.Runtime.Tests.Training.Resuming;

/// <summary>The command line of a small training run in a folder of its own: accumulation, bfloat16, BiasBalance and a
/// moving average.</summary>
internal sealed class RunCommand : IDisposable
{
    public const string Variant = nameof(ResumedMoe);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("libmoe-run-");

    public RunCommand()
    {
        Directory.CreateDirectory(Corpus);
        for (var i = 0; i < 40; i++)
        {
            File.WriteAllText(
                Path.Combine(Corpus, $"{i:D2}.txt"), string.Concat(Enumerable.Repeat($"expert {i % 10} sees this token; ", 20)));
        }
    }

    public string Folder => _folder.FullName;

    public string Corpus => Path.Combine(Folder, "texts");

    public string Runs => Path.Combine(Folder, "runs");

    /// <summary>The folder of the run's only cell.</summary>
    public string Cell(string name) => Path.Combine(Runs, name, Variant, "seed-5");

    public string Checkpoints(string name) => Path.Combine(Cell(name), TrainingStorage.CheckpointFolder);

    /// <summary>The steps of the checkpoints that are there.</summary>
    public IReadOnlyList<long> Steps(string name) => new CheckpointStore(DiskFiles.Instance, Checkpoints(name)).Steps();

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The arguments; later ones win over these.</summary>
    public string[] Args(string name, int steps, params string[] more) =>
    [
        "train", "--variant", Variant, "--seed", "5", "--name", name, "--runs", Runs, "--corpus", Corpus,
        $"--Corpus:Cache={Path.Combine(Folder, "cache")}",
        "--steps", $"{steps}", "--batch", "8", "--sequence-length", "16", "--threads", "1", "--Model:Dim=16", "--Model:Layers=2",
        "--Model:Heads=2", "--Model:Context=16", "--Training:MicroBatches=2", "--Training:Compute=BFloat16",
        "--Training:AverageDecay=0.9", "--Training:Warmup=3", "--Training:LogEvery=2", "--Training:ValidateEvery=5",
        "--Training:ValidationSequences=6",
        "--Training:CheckpointEvery=2", "--Training:KeepLast=3", .. more,
    ];

    /// <summary>The arguments with another value of an option.</summary>
    public static string[] With(string[] args, string option, string value) =>
        [.. args.Select((arg, place) => place > 0 && args[place - 1] == option ? value : arg)];

    /// <summary>Runs it in this process.</summary>
    public static async Task<Ran> Run(string[] args, CancellationToken stop = default, params MoeVariant[] variants)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var builder = new MoeApplicationBuilder(args, output, error);
        foreach (var variant in variants is [] ? [ResumeRuns.Variant] : variants)
        {
            builder.Services.AddSingleton(variant);
        }

        var exitCode = await builder.Build().RunVerbAsync(stop);
        return new Ran(exitCode, output.ToString(), error.ToString().Split(
            '\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    internal sealed record Ran(int ExitCode, string Output, IReadOnlyList<string> Errors);
}
