using System.Globalization;
using System.Text.Json;
using LibMoE.Runtime;
using Spectre.Console;

namespace VisionLanguage;

/// <summary>The study, with what can be said without looking before it and accuracies by kind of question after it.</summary>
internal sealed class LearnVerb(Verb study, StagedModels models) : Verb
{
    public override string Name => "learn";

    public override string Description =>
        "Trains a vision-language model in stages, the last with every declared mixture and dense, and compares their answers by kind of "
            + "question.";

    public override IReadOnlyList<VerbOption> Options => study.Options;

    public override IReadOnlyList<string> Sections => study.Sections;

    public override IReadOnlyDictionary<string, string?> Quick { get; } = new Dictionary<string, string?>
    {
        ["Study:Seeds"] = "1",
        ["Stages:0:Steps"] = "40",
        ["Stages:1:Steps"] = "10",
        ["Stages:2:Steps"] = "40",
        ["Training:Steps"] = "20",
        ["Training:Warmup"] = "5",
        ["Training:ValidationSequences"] = "500",
    };

    public override IReadOnlyList<string> Problems(IServiceProvider services) => study.Problems(services);

    public override async Task<int> RunAsync(IServiceProvider services, CancellationToken stop)
    {
        var output = (IAnsiConsole)services.GetService(typeof(IAnsiConsole))!;
        var (questions, baselines, begun) = (models.Questions, models.WithoutLooking().ToList(), DateTime.UtcNow);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Data: {questions.Name}, {questions.Train.Count:N0} questions to learn from, {questions.Test.Count:N0} to be measured by."));
        if (questions.Name != "easy-VQA")
        {
            output.WriteLine("easy_vqa/ is in none of the data folders (LIBMOE_DATA); these are drawn by its rules.");
        }

        var code = await study.RunAsync(services, stop);
        if (code == 0 && Newest(begun) is { } results)
        {
            output.Write(Table(results, baselines));
        }

        return code;
    }

    private static string? Newest(DateTime begun) => !Directory.Exists("runs") ? null
        : Directory.GetFiles("runs", "results.json", SearchOption.AllDirectories)
            .Where(path => File.GetLastWriteTimeUtc(path) >= begun).MaxBy(File.GetLastWriteTimeUtc);

    private static Table Table(string path, IReadOnlyList<(string Kind, int Count, double Majority, double QuestionOnly)> baselines)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("Right answers, %");
        foreach (var (kind, count, _, _) in baselines)
        {
            table.AddColumn(new TableColumn(string.Create(CultureInfo.InvariantCulture, $"{kind}\n{count:N0}")).RightAligned());
        }

        table.AddRow(["most frequent answer", .. baselines.Select(row => Percent(row.Majority))]);
        table.AddRow(["question only", .. baselines.Select(row => Percent(row.QuestionOnly))]);
        using var results = JsonDocument.Parse(File.ReadAllText(path));
        foreach (var variant in results.RootElement.GetProperty("variants").EnumerateArray())
        {
            table.AddRow([variant.GetProperty("name").GetString()!, .. baselines.Select(row => Cell(variant, row.Kind))]);
        }

        return table;
    }

    private static string Cell(JsonElement variant, string kind)
    {
        var name = kind == "all" ? VisionLanguageLearner.Accuracy : $"{VisionLanguageLearner.Accuracy}.{kind}";
        var metric = variant.GetProperty("metrics").EnumerateArray().First(metric => metric.GetProperty("name").GetString() == name);
        return $"{Percent(100 * metric.GetProperty("value").GetDouble())} ± {Percent(100 * metric.GetProperty("stdErr").GetDouble())}";
    }

    private static string Percent(double value) => value.ToString("F1", CultureInfo.InvariantCulture);
}
