using System.Globalization;
using LibMoE.Runtime;
using Spectre.Console;

namespace Distillation;

/// <summary>Studies and merges, one after the other in one new folder, each as a user types it.</summary>
internal sealed class Lessons(RunOptions runs, TrainingConfig training, IAnsiConsole console)
{
    private readonly List<(string Study, int Steps)> _done = [];

    /// <summary>The folder of all of them.</summary>
    public string Folder { get; } = Path.Combine(
        runs.Folder,
        $"distillation-{Enumerable.Range(1, int.MaxValue).First(
            number => !Directory.Exists(Path.Combine(runs.Folder, $"distillation-{number}")))}");

    /// <summary>Runs a study; null where it ended well, else its exit code.</summary>
    public Task<int?> Study(string name, int steps, params string[] settings) =>
        Run(name, steps, ["study", "--steps", Text(steps), "--Training:Warmup=10", .. settings]);

    /// <summary>Merges the experts of a teacher, and trains on for so many steps, which may be none.</summary>
    public Task<int?> Merge(string name, int steps, params string[] settings) => Run(
        name, steps, ["merge", "--model", Cell("teachers", "Smoe"), "--steps", Text(steps), "--Training:Warmup=10", .. settings]);

    /// <summary>Where the first seed of a variant lies.</summary>
    public string Cell(string study, string variant) => Path.Combine(Folder, study, variant, "seed-0");

    /// <summary>The setting that makes it the teacher, whose probabilities alone count.</summary>
    public string[] Teacher(string study, string variant) => [$"--Training:Distill:Teacher={Cell(study, variant)}"];

    /// <summary>What came of a variant.</summary>
    /// <param name="study">The study.</param>
    /// <param name="ending">How the name ends, where the study has several.</param>
    public VariantResult Of(string study, string ending = "") => StudyResults.Read(Path.Combine(Folder, study)).Variants
        .Single(variant => variant.Name.EndsWith(ending, StringComparison.Ordinal));

    /// <summary>Every loss so far, with what training took.</summary>
    public void WriteTable()
    {
        console.WriteLine("\nLoss in nats per byte, on the same tenth of the text; steps, and seconds of a training:");
        foreach (var (study, steps) in _done.Where(one => File.Exists(Path.Combine(Folder, one.Study, StudyResults.FileName))))
        {
            foreach (var variant in StudyResults.Read(Path.Combine(Folder, study)).Variants)
            {
                console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{study + " " + variant.Name,-44} {variant.ValidationLoss:F3} ± {variant.ValidationLossStdErr:F3}")
                    + string.Create(CultureInfo.InvariantCulture, $"{steps,8} {Seconds(variant, steps),6:F1} s"));
            }
        }
    }

    private double Seconds(VariantResult variant, int steps) =>
        (double)steps * training.Batch * training.SequenceLength / variant.TokensPerSecond;

    private async Task<int?> Run(string name, int steps, string[] arguments)
    {
        string[] threads = training.Threads is { } count ? ["--threads", Text(count)] : [];
        var builder = MoeApplication.CreateBuilder([.. arguments, "--runs", Folder, "--name", name, .. threads]);
        builder.Services.AddMoeVariants();
        console.WriteLine($"\n{name}:");
        var code = await builder.Build().RunAsync();
        _done.Add((name, steps));
        return code == ExitCode.Done ? null : code;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
