using LibMoE.Runtime.Evaluation.Metrics;
using LibMoE.Runtime.Evaluation.Tasks;
using LibMoE.Runtime.Tests.Docs;
using LibMoE.Runtime.Tests.Evaluation.Running;

namespace LibMoE.Runtime.Tests.Evaluation;

public sealed class TaskTableTests
{
    public static TheoryData<string> Names => [.. KnownTasks.All.Select(task => task.Name)];

    [Fact]
    public void The_table_has_the_field_s_benchmarks_once_each() => Assert.Equal(
        [
            "ai2d", "arc_challenge", "arc_easy", "blimp", "blimp_harness", "boolq", "cbt", "commonsense_qa", "copa", "crows_pairs",
            "easy_vqa", "gqa", "hallusion_bench", "hellaswag", "lambada", "mathvista", "mmbench", "mme", "mmlu", "mmmu", "mmstar",
            "openbookqa", "piqa", "pope", "race", "scienceqa_img", "siqa", "textvqa", "wikitext", "wikitext_unk",
            "winobias", "winogender", "winogrande",
        ],
        KnownTasks.All.Select(task => task.Name).Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void A_task_is_a_complete_record(string name)
    {
        var task = KnownTasks.Get(name);

        Assert.Empty(TaskCheck.Problems(task));
        Assert.NotEmpty(task.Citation);
        Assert.NotEmpty(task.Licence);
        Assert.NotNull(task.Homepage);
        Assert.Equal(task.Options is { } options ? Metric.All[task.Metric].Chance!(options) : null, task.Chance);
        Assert.True(task.Access is not null || task.Sources.Any(source => source.Files.All(file => file.Sha256 is not null)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_task_is_a_row_of_the_page_with_its_metric_and_chance(string name)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "LibMoE.slnx")))
        {
            root = root.Parent!;
        }

        var task = KnownTasks.Get(name);
        var row = File.ReadLines(Path.Combine(root.FullName, "docs", "evaluation.md"))
            .Single(line => line.StartsWith($"| `{name}` |", StringComparison.Ordinal));

        Assert.Contains($"| `{task.Metric}`", row, StringComparison.Ordinal);
        Assert.EndsWith(task.Chance is 0.375 ? "| 3/8 |" : task.Options is { } options ? $"| 1/{options} |"
            : "| – |", row, StringComparison.Ordinal);
        Assert.Equal(task.Mean == MeanKind.Macro, row.Contains(", mean of", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_task_survives_JSON(string name)
    {
        using var folder = new DataFolder().With("task.json", TaskFile.Write(KnownTasks.Get(name)));

        var read = TaskFile.Read(Path.Combine(folder.Path, "task.json"));

        Assert.Equal(TaskFile.Write(KnownTasks.Get(name)), TaskFile.Write(read));
        Assert.Equal(TaskFile.Hash(KnownTasks.Get(name)), TaskFile.Hash(read));
    }

    [Fact]
    public void A_user_s_own_task_is_a_JSON_file_of_the_same_record()
    {
        using var folder = new DataFolder()
            .With("capitals.jsonl", """{"country":"France","right":"Paris","wrong":["Rome","Oslo"]}""")
            .With("capitals.json", """
                {
                  // A comment may stand here.
                  "name": "capitals", "version": 1, "title": "Capitals", "form": "choice",
                  "sources": [ { "files": [ { "path": "capitals.jsonl" } ], "format": "jsonLines" } ],
                  "prompt": "The capital of {country} is", "choices": [ "{right}", "{wrong}" ],
                  "metric": "acc", "options": 3, "chance": 0.3333, "citation": "none", "licence": "CC0"
                }
                """);

        var item = Assert.Single(ItemReader.Read(KnownTasks.Get(Path.Combine(folder.Path, "capitals.json")), folder.Cache).Items);

        Assert.Equal(
            [new("The capital of France is", " Paris"), new("The capital of France is", " Rome"), new("The capital of France is", " Oslo")],
            item.Options);
        Assert.Equal([5, 4, 4], item.Bytes);
        Assert.Equal([5, 4, 4], item.Characters);
    }

    [Fact]
    public void The_task_with_images_on_the_page_is_read_shown_and_scored()
    {
        var page = Repository.Read("docs", "evaluation.md");
        var task = page[page.IndexOf("\"name\": \"signs\"", StringComparison.Ordinal)..];
        task = "{" + task[..task.IndexOf("```", StringComparison.Ordinal)];
        using var folder = new DataFolder()
            .With("signs.json", task)
            .With("signs.jsonl", """{"file": "7.png", "question": "Who goes first?", "options": ["the bus", "the tram"], "right": "B"}""")
            .With("signs.zip", SampleImages.Zip(("7.png", SampleImages.Png(7))));
        var (signs, eyes) = (KnownTasks.Get(Path.Combine(folder.Path, "signs.json")), new FakeEyes(_ => "B. the tram"));

        var result = TaskResult.Of(signs, new Evaluator(folder.Cache, new()).Run(eyes, signs), 0);

        Assert.Equal(1, result.Score.Value);
        Assert.Equal(SampleImages.Png(7), eyes.Asked.Single().Images.Single().Bytes());
        Assert.Equal(
            "Who goes first?\nA. the bus\nB. the tram\nAnswer with the option's letter from the given choices directly.",
            eyes.Asked.Single().Prompt);
    }

    [Theory]
    [InlineData("\"metric\": \"acc\"", "\"metric\": \"f1\"",
        "metric 'f1' is not one of this form's, which are acc, acc_norm, acc_bytes, acc_norm_token")]
    [InlineData("\"metric\": \"acc\"", "\"metrik\": \"acc\"", "line 1:")]
    [InlineData("\"form\": \"choice\"", "\"form\": \"guess\"", "line 1:")]
    [InlineData("{country}", "{country|shout}", "'shout' is no filter; known are")]
    [InlineData("{country}", "{country", "has a brace that is never closed")]
    [InlineData("capitals.jsonl", "../capitals.jsonl", "must be a path inside the data folder")]
    [InlineData("\"version\": 1", "\"version\": null", "line 1:")]
    [InlineData("\"prompt\": \"The capital of {country} is\", ", "", "it names no prompt")]
    [InlineData("\"choices\": [ \"{right}\" ]", "\"choices\": []", "it names no choices")]
    public void A_wrong_task_file_is_refused_by_name(string from, string to, string message)
    {
        const string right = """{"name": "capitals", "version": 1, "title": "", "form": "choice", "sources": [{"files": [{"path": "capitals.jsonl"}], "format": "jsonLines"}], "prompt": "The capital of {country} is", "choices": [ "{right}" ], "metric": "acc", "citation": "", "licence": ""}""";
        using var folder = new DataFolder().With("task.json", right.Replace(from, to, StringComparison.Ordinal));
        var path = Path.Combine(folder.Path, "task.json");

        var fault = Assert.Throws<EvaluationDataException>(() => TaskFile.Read(path));

        Assert.StartsWith(path, fault.Message, StringComparison.Ordinal);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_known_ones()
    {
        var fault = Assert.Throws<ArgumentException>(() => KnownTasks.Get("helaswag"));

        Assert.Contains("'helaswag'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("hellaswag", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_data_is_listed_with_where_it_comes_from()
    {
        using var folder = new DataFolder();

        var fault = Assert.Throws<MissingDataException>(() => ItemReader.Read(KnownTasks.Piqa, folder.Cache));

        Assert.Contains(folder.Path, fault.Message, StringComparison.Ordinal);
        Assert.Contains("piqa (piqa/piqa_valid.jsonl and piqa/piqa_valid-labels.lst or piqa/validation.parquet, from https://",
            fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }
}
