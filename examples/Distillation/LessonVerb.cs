using System.Globalization;
using LibMoE.Runtime;
using Spectre.Console;

namespace Distillation;

/// <summary>What a teacher is worth to a student with little text, and to one with plenty.</summary>
internal sealed class LessonVerb(StudyOptions study, TrainingConfig training, RunOptions runs, IAnsiConsole console) : IVerb
{
    /// <summary>Nats below the student alone at equal work, with little text.</summary>
    private const double Asked = 0.15;

    /// <summary>Nats below the student alone at equal steps, with plenty of text.</summary>
    private const double AskedOfPlenty = 0.05;

    /// <summary>A backward pass costs two forward passes.</summary>
    private const double PassesOfAStep = 3;

    private readonly Lessons _lessons = new(runs, training, console);

    /// <inheritdoc />
    public static string Name => "lesson";

    /// <inheritdoc />
    public static string Description =>
        "Trains a teacher on a whole text, and students on a piece of it and on all, with the teacher and without, and compares losses.";

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

    /// <summary>The options of a student, dense and small.</summary>
    /// <param name="corpus">What it reads.</param>
    /// <param name="seeds">How many seeds.</param>
    internal static string[] Student(string corpus, int seeds) =>
    [
        "--variants", "Dense", "--corpus", corpus, "--Model:Dim=32", "--Model:Hidden=64", "--Study:DenseWidth=Model",
        "--seeds", seeds.ToString(CultureInfo.InvariantCulture),
    ];

    /// <inheritdoc />
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var texts = await Texts.WriteAsync(_lessons.Folder, stop);
        var (little, plenty) = (Student(texts.Excerpt, study.Seeds), Student(texts.Whole, study.Seeds));
        string[] asked = _lessons.Teacher("teacher", "Smoe"), whole = [.. little, .. asked, "--Training:Distill:Weight=1"];
        string[] smoothing = ["--Training:Distill:Teacher=uniform", "--Training:Distill:Weight=0.1"];
        var steps = training.Steps;
        return await _lessons.Study("teacher", steps, "--variants", "Smoe", "--corpus", texts.Whole, "--Model:Dim=96", "--seeds", "1")
            ?? await _lessons.Study("students", steps, [.. little, .. asked, "--Study:Grid:Training:Distill:Weight=0,0.5,1"])
            ?? await _lessons.Study("alone", EqualSteps(), little)
            ?? await _lessons.Study("smoothed", steps, [.. little, .. smoothing])
            ?? await _lessons.Study("asked", steps, [.. whole, "--Study:Grid:Training:Distill:Routing=All,Sampled"])
            ?? await _lessons.Study("alike", steps, [.. whole, "--Study:Grid:Training:Distill:Hidden=10,100"])
            ?? await _lessons.Study("plenty", steps, [.. plenty, .. asked, "--Study:Grid:Training:Distill:Weight=0,1"])
            ?? await _lessons.Study("plenty-alone", EqualSteps(), plenty)
            ?? Summary();
    }

    /// <summary>What a step with the teacher costs, in steps without: its forward pass comes to those of the student.</summary>
    private double Work =>
        1 + (_lessons.Of("teacher").FlopsPerToken / (PassesOfAStep * _lessons.Of("students", "Weight=0").FlopsPerToken));

    private int EqualSteps() => (int)Math.Round(Work * training.Steps);

    private int Summary()
    {
        _lessons.WriteTable();
        var (teacher, taught, own) = (_lessons.Of("teacher"), _lessons.Of("students", "Weight=1"), _lessons.Of("students", "Weight=0"));
        var closed = (own.ValidationLoss - taught.ValidationLoss) / (own.ValidationLoss - teacher.ValidationLoss);
        Say($"\nA step with the teacher is {Work:F2} times the work of one without, and took {Slower("students"):F2} times as long with ",
            $"little text, {Slower("plenty"):F2} with plenty.");
        Say($"\nLittle text: the teacher's probabilities alone close {closed:0.00} of the gap between student and teacher.");
        var ahead = SeedDifference.Of(taught, _lessons.Of("alone")).Mean;
        Say($"At equal steps {SeedDifference.Text(taught, own)}, at equal work {SeedDifference.Text(taught, _lessons.Of("alone"))}.");
        Say($"Asked for: at least {Asked} nats below the student alone at equal work. {-ahead:F3}: {Word(ahead <= -Asked)}.");

        var (more, none) = (_lessons.Of("plenty", "Weight=1"), _lessons.Of("plenty", "Weight=0"));
        var longer = _lessons.Of("plenty-alone");
        Say($"\nPlentiful text: at equal steps {SeedDifference.Text(more, none)}, at equal work {SeedDifference.Text(more, longer)}.");
        var (steps, work) = (SeedDifference.Of(more, none).Mean, SeedDifference.Of(more, longer).Mean);
        Say($"Expected: at least {AskedOfPlenty} nats below at equal steps, {-steps:F3}: {Word(steps <= -AskedOfPlenty)}; ",
            $"behind at equal work, {PairedDifference.Signed(work, 3)}: {Word(work > 0)}.");
        return ExitCode.Done;
    }

    /// <summary>How much longer a student with the teacher took, in time on the clock.</summary>
    private double Slower(string name) =>
        _lessons.Of(name, "Weight=0").TokensPerSecond / _lessons.Of(name, "Weight=1").TokensPerSecond;

    private static string Word(bool isReached) => isReached ? "reached" : "missed";

    private void Say(params FormattableString[] parts) =>
        console.Profile.Out.Writer.WriteLine(string.Concat(parts.Select(FormattableString.Invariant)));
}
