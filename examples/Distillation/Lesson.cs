using System.Globalization;
using System.Text.Json;
using LibMoE.Runtime;

namespace Distillation;

/// <summary>The studies of the example, each as a user types it.</summary>
/// <param name="Folder">Where all run folders go.</param>
/// <param name="Further">What the user adds to every study, such as <c>--seeds 5</c>.</param>
/// <param name="Quick">Whether few steps are enough, which say nothing.</param>
internal sealed record Lesson(string Folder, string[] Further, bool Quick)
{
    private const int Piece = 1000;

    /// <summary>So many pieces the student gets; between nine stands one that is held out.</summary>
    private const int Given = 63;

    private const int Teaching = 600;
    private const int Learning = 600;

    /// <summary>A distilled step costs the teacher's forward pass too: alone, a student gets 2.5 times the steps.</summary>
    private const double EqualWork = 2.5;

    private static readonly SourceFile Text = new("tinyshakespeare/input.txt")
    {
        Sha256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        Url = "https://raw.githubusercontent.com/karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/input.txt",
    };

    public static Lesson Of(string[] args)
    {
        var taken = Enumerable.Range(1, int.MaxValue).First(number => !Directory.Exists(Path.Combine("runs", $"distillation-{number}")));
        return new Lesson(
            Path.Combine("runs", $"distillation-{taken}"), [.. args.Where(arg => arg != "--quick")], args.Contains("--quick"));
    }

    public async Task<int> RunAsync()
    {
        string text, excerpt;
        try
        {
            var pieces = (await File.ReadAllTextAsync(new DataFiles().Require([Text], $"download {Text.Url}")))
                .Chunk(Piece).Select(piece => new string(piece)).ToList();
            (text, excerpt) = (Written("text", pieces), Written("excerpt", Excerpt(pieces)));
        }
        catch (ConfigurationException missing)
        {
            await Console.Error.WriteLineAsync($"error: {missing.Message}");
            return ExitCode.Usage;
        }

        string[] student = ["--variants", "Dense", "--corpus", excerpt, "--Model:Dim=32", "--Model:Hidden=64", .. Seeds(3)];
        var teacher = $"--Training:Distill:Teacher={Path.Combine(Folder, "teacher", "Smoe", "seed-0")}";
        return await Study("teacher", Teaching, ["--variants", "Smoe", "--corpus", text, "--Model:Dim=96", .. Seeds(1)])
            ?? await Study("students", Learning, [.. student, teacher, "--Study:Grid:Training:Distill:Weight=0,0.5,1"])
            ?? await Study("alone", (int)(EqualWork * Learning), student)
            ?? await Study("smoothed", Learning, [.. student, "--Training:Distill:Teacher=uniform", "--Training:Distill:Weight=0.1"])
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
        var path = Path.Combine(Directory.CreateDirectory(Folder).FullName, name + ".jsonl");
        File.WriteAllLines(path, documents.Select(document => JsonSerializer.Serialize(new { text = document })));
        return path;
    }

    private string[] Seeds(int seeds) => ["--seeds", Quick ? "1" : seeds.ToString(CultureInfo.InvariantCulture)];

    /// <summary>Runs a study; null where it ended well.</summary>
    private async Task<int?> Study(string name, int steps, string[] settings)
    {
        var builder = MoeApplication.CreateBuilder(
        [
            "study", "--runs", Folder, "--name", name, "--steps", (Quick ? steps / 20 : steps).ToString(CultureInfo.InvariantCulture),
            "--Training:Warmup=10", .. settings, .. Further,
        ]);
        builder.Services.AddMoeVariants();
        Console.WriteLine($"\n{name}:");
        var code = await builder.Build().RunAsync();
        return code == ExitCode.Done ? null : code;
    }

    private static readonly string[] Studies = ["teacher", "students", "alone", "smoothed"];

    /// <summary>What the teacher is worth to the student: the share of the gap between both that is closed.</summary>
    private int Summary()
    {
        var losses = Studies
            .SelectMany(study => StudyResults.Read(Path.Combine(Folder, study)).Variants.Select(variant => (study, variant)))
            .ToList();
        Console.WriteLine("\nLoss in nats per byte, on the same tenth of the text:");
        foreach (var (study, variant) in losses)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{study,-9} {variant.Name,-24} {variant.ValidationLoss:F3} ± {variant.ValidationLossStdErr:F3}"));
        }

        return ExitCode.Done;
    }
}
