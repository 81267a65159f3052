using System.Globalization;
using System.Text.Json;
using LibMoE.Runtime;
using Spectre.Console;

namespace VisionLanguage;

/// <summary>The study, with what can be said without looking beside right answers by kind of question.</summary>
internal sealed class LearnVerb(Verb study, StagedModels models) : Verb
{
    public override string Name => "learn";

    public override string Description =>
        "Trains a vision-language model in stages, the last with every declared mixture and dense, and compares their answers by kind of "
            + "question.";

    public override IReadOnlyList<VerbOption> Options =>
        [new("--task", "Task", "NAME", "What is asked: easy-vqa or mosaics. [default: easy-vqa]"), .. study.Options];

    public override IReadOnlyList<string> Sections => study.Sections;

    public override IReadOnlyDictionary<string, string?> Quick { get; } = new Dictionary<string, string?>
    {
        ["Study:Seeds"] = "1",
        ["Encoder:Steps"] = "20",
        ["Stages:0:Steps"] = "5",
        ["Stages:1:Steps"] = "20",
        ["Training:Steps"] = "10",
        ["Training:Warmup"] = "5",
        ["Training:ValidationSequences"] = "500",
    };

    public override IReadOnlyList<string> Problems(IServiceProvider services) => study.Problems(services);

    public override async Task<int> RunAsync(IServiceProvider services, CancellationToken stop)
    {
        var output = (IAnsiConsole)services.GetService(typeof(IAnsiConsole))!;
        var (task, begun) = (models.Task, DateTime.UtcNow);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Data: {task.Name}, {task.Train.Count:N0} questions to learn from, {task.Test.Count:N0} to be measured by."));
        if (task.StandsIn.Length > 0)
        {
            output.WriteLine(task.StandsIn);
        }

        var code = await study.RunAsync(services, stop);
        if (code == 0 && Newest(begun) is { } results)
        {
            output.Write(Table(results, task));
        }

        return code;
    }

    private static string? Newest(DateTime begun) => !Directory.Exists("runs") ? null
        : Directory.GetFiles("runs", "results.json", SearchOption.AllDirectories)
            .Where(path => File.GetLastWriteTimeUtc(path) >= begun).MaxBy(File.GetLastWriteTimeUtc);

    private static Table Table(string path, PictureTask task)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("Right answers, %");
        foreach (var column in task.Columns)
        {
            table.AddColumn(new TableColumn(column.Header).RightAligned());
        }

        var without = new WithoutLooking(task);
        Add("most frequent answer", without.MostFrequent());
        Add("question only", without.QuestionOnly());
        using var results = JsonDocument.Parse(File.ReadAllText(path));
        foreach (var variant in results.RootElement.GetProperty("variants").EnumerateArray())
        {
            Add(variant.GetProperty("name").GetString()!, Shares(variant));
        }

        return table;

        void Add(string name, IReadOnlyDictionary<string, AnswerShare> shares) =>
            table.AddRow([name, .. task.Columns.Select(column => column.Cell(shares))]);
    }

    private static Dictionary<string, AnswerShare> Shares(JsonElement variant) =>
        variant.GetProperty("metrics").EnumerateArray()
            .Where(metric => metric.GetProperty("name").GetString()!.StartsWith(VisionLanguageLearner.Accuracy, StringComparison.Ordinal))
            .ToDictionary(
                metric => metric.GetProperty("name").GetString()!.Split('.', 2) is [_, var kind] ? kind : AnswerColumn.All,
                metric => new AnswerShare(metric.GetProperty("value").GetDouble(), metric.GetProperty("stdErr").GetDouble()));
}
