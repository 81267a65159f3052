using System.Text.Json;

namespace LibMoE.Runtime.Tests.Evaluation.Running;

/// <summary>Whole evaluations of tasks with images, by a model whose answers are written down.</summary>
public sealed class ImageTaskTests
{
    [Fact]
    public void The_model_is_shown_the_image_with_the_prompt_and_its_answers_are_scored()
    {
        using var folder = Pope(("red.png", "red", "yes"), ("red.png", "blue", "no"), ("blue.png", "blue", "yes"));
        // Right, wrong, unparsable: the last is a yes by POPE's rule.
        var eyes =
            new FakeEyes(question => question.Prompt.Contains("blue", StringComparison.Ordinal) && question.Images[0].Name == "red.png"
            ? "Yes, it is." : "I see something.");

        var result = TaskResult.Of(Task, new Evaluator(folder.Cache, new()).Run(eyes, Task), 0);

        Assert.Equal(2.0 / 3, result.Metrics.First(metric => metric is { Name: MetricNames.Accuracy, Mean: MeanKind.Pooled }).Value, 12);
        Assert.Equal("Is there blue?\nAnswer the question using a single word or phrase.", eyes.Asked[1].Prompt);
        Assert.Equal(SampleImages.Png(255), eyes.Asked[1].Images.Single().Bytes());
        Assert.Equal((16, 0), (eyes.Asked[1].MaxTokens, eyes.Asked[1].Until.Count));
        Assert.Equal("Pope", result.Rule);
    }

    [Fact]
    public void Answers_that_no_rule_reads_are_counted()
    {
        using var folder = Pope(("red.png", "red", "yes"), ("red.png", "blue", "no"));
        var task = Task with { Rule = AnswerRule.HallusionBench };

        var result = TaskResult.Of(task, new Evaluator(folder.Cache, new()).Run(new FakeEyes(_ => ""), task), 0);

        Assert.Equal((2, 0), (result.Items.Unread, result.Score.Value));
    }

    [Fact]
    public void An_image_that_the_model_cannot_decode_is_refused_and_counted()
    {
        using var folder = Pope(("red.png", "red", "yes"), ("blue.png", "blue", "yes"));
        var eyes =
            new FakeEyes(question => question.Images[0].Name == "red.png" ? throw new InvalidDataException("red.png is cut short") : "yes");

        var outcome = new Evaluator(folder.Cache, new()).Run(eyes, Task);

        Assert.Equal(new RefusedItem("pope/coco_pope_random.json:1", "red.png is cut short"), Assert.Single(outcome.Refused));
        Assert.Single(outcome.Items);
    }

    [Fact]
    public void A_model_that_reads_text_alone_is_refused_by_name()
    {
        using var folder = Pope(("red.png", "red", "yes"));

        var fault = Assert.Throws<ConfigurationException>(() => new Evaluator(folder.Cache, new()).Run(HandMadeScorer.Constant(0), Task));

        Assert.StartsWith("constant cannot be asked 'pope', whose questions are on images", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Evaluation:QuestionOnly=true", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Asked_for_the_question_only_both_kinds_of_model_answer_without_images()
    {
        using var folder = Pope(("gone.png", "red", "yes"), ("gone.png", "blue", "no"));
        File.Delete(Path.Combine(folder.Path, "pope", "val2014.zip"));
        var options = new EvaluationOptions { QuestionOnly = true };
        var eyes = new FakeEyes(_ => "no");
        var (said, at) = (new ByteTokenizer().Encode("no\n"), 0);
        var text = new HandMadeScorer(_ => 0) { NextToken = _ => said[at++ % said.Length] };

        var seeing = TaskResult.Of(Task, new Evaluator(folder.Cache, options).Run(eyes, Task), 0, questionOnly: true);
        var reading = new Evaluator(folder.Cache, options).Run(text, Task with { Until = ["\n"] });

        Assert.Equal((0.5, true), (seeing.Score.Value, seeing.QuestionOnly));
        Assert.All(eyes.Asked, question => Assert.Empty(question.Images));
        Assert.All(reading.Items, item => Assert.Equal("no", item.Read));
    }

    [Fact]
    public void A_finished_evaluation_is_not_asked_again_unless_an_image_changes()
    {
        using var folder = Pope(("red.png", "red", "yes"), ("blue.png", "blue", "yes"));
        using var cache = new DataFolder();
        var eyes = new FakeEyes(_ => "yes");

        new Evaluator(folder.Cache, new(), cache.Path).Run(eyes, Task);
        var second = new Evaluator(folder.Cache, new(), cache.Path).Run(eyes, Task);
        Assert.Equal((2, 1), (eyes.Asked.Count, second.Items[0].Score));

        folder.With("pope/val2014.zip",
            SampleImages.Zip(("val2014/red.png", SampleImages.Png(254)), ("val2014/blue.png", SampleImages.Png(0, 0, 255))));
        new Evaluator(folder.Cache, new(), cache.Path).Run(eyes, Task);
        Assert.Equal(4, eyes.Asked.Count);
    }

    [Fact]
    public void Images_that_change_places_are_other_images()
    {
        using var folder = Pope(("red.png", "red", "yes"), ("blue.png", "blue", "yes"));
        using var cache = new DataFolder();
        var eyes = new FakeEyes(_ => "yes");
        new Evaluator(folder.Cache, new(), cache.Path).Run(eyes, Task);

        folder.With("pope/val2014.zip",
            SampleImages.Zip(("val2014/red.png", SampleImages.Png(0, 0, 255)), ("val2014/blue.png", SampleImages.Png(255))));
        new Evaluator(folder.Cache, new(), cache.Path).Run(eyes, Task);

        Assert.Equal(4, eyes.Asked.Count);
    }

    [Fact]
    public void A_pinned_archive_of_images_keeps_its_own_hash()
    {
        using var folder = Pope(("red.png", "red", "yes"));
        var hash = Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(folder.Path, "pope", "val2014.zip"))));
        var source = Task.Sources[0] with { Images = Task.Sources[0].Images! with { Sha256 = hash } };

        Assert.Equal(hash, ItemReader.Read(Task with { Sources = [source] }, folder.Cache).Files["pope/val2014.zip"]);
        Assert.NotEqual(hash, ItemReader.Read(Task, folder.Cache).Files["pope/val2014.zip"]);
    }

    [Fact]
    public void Eyes_that_see_otherwise_are_asked_anew()
    {
        using var folder = Pope(("red.png", "red", "yes"));
        using var cache = new DataFolder();
        var (small, large) = (new FakeEyes(_ => "yes"), new FakeEyes(_ => "no") { Preprocessing = "336 pixels" });

        new Evaluator(folder.Cache, new(), cache.Path).Run(small, Task);
        var seen = new Evaluator(folder.Cache, new(), cache.Path).Run(large, Task);

        Assert.Equal("no", Assert.Single(seen.Items).Text);
    }

    [Fact]
    public void A_refused_question_makes_its_figure_wrong()
    {
        using var folder = Hallusion();
        var eyes = new FakeEyes(question => question.Prompt.StartsWith("Second", StringComparison.Ordinal)
            ? throw new InvalidDataException("cut short") : "yes");

        var result = TaskResult.Of(
            KnownTasks.HallusionBench, new Evaluator(folder.Cache, new()).Run(eyes, KnownTasks.HallusionBench), 0);

        Assert.Equal((1, 0), (Pooled(result, MetricNames.Accuracy), Pooled(result, MetricNames.FigureAccuracy)));
        Assert.Equal((2, 1, 1, 0), (result.Items.Found, result.Items.Used, result.Items.Refused, result.Items.LeftOut));
    }

    [Fact]
    public void Models_are_compared_on_figures_that_one_of_them_was_refused_on()
    {
        using var folder = Hallusion();
        var task = KnownTasks.HallusionBench with { Metric = MetricNames.FigureAccuracy, Group = null, Mean = MeanKind.Pooled };
        var evaluator = new Evaluator(folder.Cache, new());
        var refused = evaluator.Run(new FakeEyes(question => question.Prompt.StartsWith("Second", StringComparison.Ordinal)
            ? throw new InvalidDataException("cut short") : "yes"), task);

        var compared = TaskComparison.Of(task, ("a", [refused]), ("b", [evaluator.Run(new FakeEyes(_ => "yes"), task)]));

        Assert.Equal(-1, compared.Difference, 12);
    }

    [Fact]
    public void A_question_whose_image_cannot_be_used_is_refused_in_all_its_rotations()
    {
        using var folder = new DataFolder().With("mmbench/MMBench_DEV_EN.tsv",
            "index\tquestion\thint\tA\tB\tC\tD\tanswer\tcategory\timage\n"
            + $"1\tWhat?\t\tone\ttwo\t\t\tA\tcounting\t{SampleImages.Base64(1)}\n"
            + "2\tWhat?\t\tone\ttwo\tthree\t\tA\tcounting\taGVsbG8gd29ybGQ=\n");
        var task = KnownTasks.MmBench;
        var eyes = new FakeEyes(question => question.Prompt.Contains("A. one", StringComparison.Ordinal) ? "A" : "B");

        var result = TaskResult.Of(task, new Evaluator(folder.Cache, new() { RefuseMalformed = true }).Run(eyes, task), 0);

        Assert.Equal((5, 2, 3, 0), (result.Items.Found, result.Items.Used, result.Items.Refused, result.Items.LeftOut));
        Assert.Equal((0.5, 1), (Pooled(result, MetricNames.CircularAccuracy), Pooled(result, MetricNames.VanillaAccuracy)));
    }

    [Fact]
    public void A_broken_off_evaluation_goes_on_at_the_next_question()
    {
        using var folder = Pope(("red.png", "red", "yes"), ("blue.png", "blue", "yes"), ("red.png", "blue", "no"));
        using var cache = new DataFolder();
        using var stop = new CancellationTokenSource();
        var first = new FakeEyes(question =>
        {
            if (question.Images[0].Name == "blue.png")
            {
                stop.Cancel();
            }

            return "yes";
        });
        Assert.Throws<OperationCanceledException>(() => new Evaluator(folder.Cache, new(), cache.Path).Run(first, Task, stop: stop.Token));

        var second = new FakeEyes(_ => "no");
        var outcome = new Evaluator(folder.Cache, new(), cache.Path).Run(second, Task);

        Assert.Equal(["yes", "yes", "no"], outcome.Items.Select(item => item.Text));
        Assert.Single(second.Asked);
    }

    [Fact]
    public void A_limit_keeps_pairs_together()
    {
        var rows = string.Join('\n', Enumerable.Range(0, 10).SelectMany(image => new[] { "Yes", "No" }.Select(answer =>
            $"{image}\tIs it? Please answer yes or no.\t{answer}\tcount\tcount/{image}.png\t{SampleImages.Base64((byte)image)}")));
        using var folder = new DataFolder().With("mme/MME.tsv", $"index\tquestion\tanswer\tcategory\timage_path\timage\n{rows}\n");

        var data = ItemReader.Read(KnownTasks.Mme, folder.Cache, new() { Limit = 7 });

        Assert.Equal(6, data.Items.Count);
        Assert.All(data.Items.GroupBy(item => item.Unit), pair => Assert.Equal(["yes", "no"], pair.Select(item => item.Key!.Target)));
        Assert.All(data.Items, item => Assert.Single(item.Images));
    }

    [Fact]
    public void Examples_are_refused()
    {
        using var folder = Pope(("red.png", "red", "yes"));

        var fault = Assert.Throws<ArgumentException>(() => ItemReader.Read(Task, folder.Cache, new() { Shots = 2 }));

        Assert.Contains("is asked without examples", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_have_what_was_read_and_no_image()
    {
        var rows = $"0\tIs it?\tYes\tcount\tcount/0.png\t{SampleImages.Base64(1)}\n1\tIs it not?\tNo\tcount\tcount/0.png\t0\n";
        using var folder = new DataFolder().With("mme/MME.tsv", $"index\tquestion\tanswer\tcategory\timage_path\timage\n{rows}");
        var data = ItemReader.Read(KnownTasks.Mme, folder.Cache);
        var outcome = new Evaluator(folder.Cache, new()).Run(new FakeEyes(_ => "Yes."), KnownTasks.Mme);

        var line = JsonDocument.Parse(LibMoE.Runtime.Evaluation.Results.HarnessSamples.Of(data, outcome).Single().Lines[1]).RootElement;

        Assert.Equal(("yes", 0.0, "no"),
            (line.GetProperty("read").GetString(), line.GetProperty("acc").GetDouble(), line.GetProperty("target").GetString()));
        Assert.DoesNotContain(SampleImages.Base64(1)[..20], line.GetRawText(), StringComparison.Ordinal);
    }

    /// <summary>Two questions on one figure, both to say yes to.</summary>
    private static DataFolder Hallusion() => new DataFolder()
        .With("hallusion_bench/HallusionBench.json", JsonSerializer.Serialize(new[] { "First?", "Second?" }.Select((question, index) => new
        {
            category = "VD",
            subcategory = "chart",
            set_id = "0",
            figure_id = "0",
            question_id = $"{index}",
            question,
            gt_answer = "1",
            filename = "./hallusion_bench/red.png",
        })))
        .With("hallusion_bench/hallusion_bench.zip", SampleImages.Zip(("hallusion_bench/red.png", SampleImages.Png(255))));

    private static double Pooled(TaskResult result, string metric) =>
        result.Metrics.First(one => one.Name == metric && one.Mean == MeanKind.Pooled).Value;

    private static EvaluationTask Task => KnownTasks.Pope;

    private static DataFolder Pope(params (string Image, string Object, string Label)[] questions) => new DataFolder()
        .With("pope/coco_pope_random.json", string.Join('\n', questions.Select((question, index) =>
            JsonSerializer.Serialize(
                new { question_id = index + 1, image = question.Image, text = $"Is there {question.Object}?", label = question.Label }))))
        .With("pope/coco_pope_popular.json", "")
        .With("pope/coco_pope_adversarial.json", "")
        .With("pope/val2014.zip",
            SampleImages.Zip(("val2014/red.png", SampleImages.Png(255)), ("val2014/blue.png", SampleImages.Png(0, 0, 255))));
}
