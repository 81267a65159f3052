using System.Globalization;
using System.Text.Json;
using LibMoE.Runtime;
using Spectre.Console;

namespace Distillation;

/// <summary>The studies of the example, one after the other in one folder, each as a user types it.</summary>
internal sealed class LessonVerb(StudyOptions study, TrainingConfig training, RunOptions runs, IAnsiConsole console) : IVerb
{
    private const int Piece = 1000;

    /// <summary>So many pieces the student gets; between nine stands one that is held out.</summary>
    private const int Given = 63;

    /// <summary>A distilled step costs the teacher's forward pass too: alone, a student gets 2.5 times the steps.</summary>
    private const double EqualWork = 2.5;

    private const double Asked = 0.15;

    private static readonly SourceFile Text = new("tinyshakespeare/input.txt")
    {
        Sha256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        Url = "https://raw.githubusercontent.com/karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/input.txt",
    };

    private static readonly string[] Studies = ["teacher", "students", "asked", "alike", "alone", "smoothed"];

    private readonly string _folder = Path.Combine(
        runs.Folder,
        $"distillation-{Enumerable.Range(1, int.MaxValue).First(
            number => !Directory.Exists(Path.Combine(runs.Folder, $"distillation-{number}")))}");

    /// <inheritdoc />
    public static string Name => "lesson";

    /// <inheritdoc />
    public static string Description =>
        "Trains a teacher on a whole text and students on a piece of it, with the teacher and without, and compares their losses.";

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--seeds", "Study:Seeds", "N", "How many seeds students are trained with. [default: 3]"),
        new("--steps", "Training:Steps", "N", "Optimiser steps of the teacher, and of a student. [default: 600]"),
        new("--threads", "Training:Threads", "N", "Threads to compute with. [default: 1 for small steps, else one per physical core]"),
        new("--runs", "Run:Folder", "FOLDER", "The folder of all runs. [default: runs]"),
    ];

    /// <inheritdoc />
    public static IReadOnlyDictionary<string, string?> Quick { get; } =
        new Dictionary<string, string?> { ["Study:Seeds"] = "1", ["Training:Steps"] = "20" };

    /// <inheritdoc />
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var pieces = (await File.ReadAllTextAsync(new DataFiles().Require([Text], $"download {Text.Url}"), stop))
            .Chunk(Piece).Select(piece => new string(piece)).ToList();
        var (text, excerpt) = (Written("text", pieces), Written("excerpt", Excerpt(pieces)));
        string[] student = ["--variants", "Dense", "--corpus", excerpt, "--Model:Dim=32", "--Model:Hidden=64", .. Seeds(study.Seeds)];
        var asked = $"--Training:Distill:Teacher={Path.Combine(_folder, "teacher", "Smoe", "seed-0")}";
        string[] whole = [.. student, asked, "--Training:Distill:Weight=1"];
        return await Study("teacher", training.Steps, ["--variants", "Smoe", "--corpus", text, "--Model:Dim=96", .. Seeds(1)])
            ?? await Study("students", training.Steps, [.. student, asked, "--Study:Grid:Training:Distill:Weight=0,0.5,1"])
            ?? await Study("asked", training.Steps, [.. whole, "--Study:Grid:Training:Distill:Routing=All,Sampled"])
            ?? await Study("alike", training.Steps, [.. whole, "--Study:Grid:Training:Distill:Hidden=10,100"])
            ?? await Study("alone", (int)(EqualWork * training.Steps), student)
            ?? await Study("smoothed", training.Steps, [.. student, "--Training:Distill:Teacher=uniform", "--Training:Distill:Weight=0.1"])
            ?? Summary();
    }

    /// <summary>The first pieces that the teacher learns from; in the places of a corpus that are held out, all that are of the whole
    /// text, so that both are measured on the same.</summary>
    private static IEnumerable<string> Excerpt(List<string> pieces)
    {
        const int Every = Corpus.HeldOutEvery;
        var learned = pieces.Where((_, piece) => piece % Every != Every - 1).Take(Given).Chunk(Every - 1).ToList();
        var measured = pieces.Where((_, piece) => piece % Every == Every - 1).ToList();
        return learned.Index().SelectMany(part => part.Item.Append(
            string.Concat(measured.Where((_, piece) => piece % learned.Count == part.Index))));
    }

    private string Written(string name, IEnumerable<string> documents)
    {
        var path = Path.Combine(Directory.CreateDirectory(_folder).FullName, name + ".jsonl");
        File.WriteAllLines(path, documents.Select(document => JsonSerializer.Serialize(new { text = document })));
        return path;
    }

    private static string[] Seeds(int seeds) => ["--seeds", seeds.ToString(CultureInfo.InvariantCulture)];

    /// <summary>Runs a study; null where it ended well.</summary>
    private async Task<int?> Study(string name, int steps, string[] settings)
    {
        var builder = MoeApplication.CreateBuilder(
        [
            "study", "--runs", _folder, "--name", name, "--steps", steps.ToString(CultureInfo.InvariantCulture),
            "--Training:Warmup=10", .. settings,
            .. training.Threads is { } threads ? (string[])["--threads", threads.ToString(CultureInfo.InvariantCulture)] : [],
        ]);
        builder.Services.AddMoeVariants();
        console.WriteLine($"\n{name}:");
        var code = await builder.Build().RunAsync();
        return code == ExitCode.Done ? null : code;
    }

    /// <summary>What the teacher is worth to the student: the share of the gap between both that is closed; and what was asked
    /// for.</summary>
    private int Summary()
    {
        var losses = Studies
            .SelectMany(name => StudyResults.Read(Path.Combine(_folder, name)).Variants.Select(variant => (Study: name, Variant: variant)))
            .ToDictionary(one => $"{one.Study,-9} {one.Variant.Name}", one => one.Variant);
        console.WriteLine("\nLoss in nats per byte, on the same tenth of the text:");
        foreach (var (name, variant) in losses)
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-40} {variant.ValidationLoss:F3} ± {variant.ValidationLossStdErr:F3}"));
        }

        double Loss(string name) => losses.Single(one => one.Key.EndsWith(name, StringComparison.Ordinal)).Value.ValidationLoss;
        var (teacher, taught, own) = (Loss("Smoe"), Loss("Weight=1"), Loss("Weight=0"));
        var work = losses.Single(one => one.Key.StartsWith("alone", StringComparison.Ordinal)).Value.ValidationLoss;
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\nThe teacher's probabilities alone close {(own - taught) / (own - teacher):0.00} of the gap between student and teacher."));
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Asked for: at least {Asked} nats below the student alone at equal work. {work - taught:F3}: ")
            + (work - taught >= Asked ? "reached." : "missed."));
        return ExitCode.Done;
    }
}
