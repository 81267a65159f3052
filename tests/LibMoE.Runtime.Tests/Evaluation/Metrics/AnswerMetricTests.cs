using LibMoE.Runtime.Evaluation.Metrics;

namespace LibMoE.Runtime.Tests.Evaluation.Metrics;

/// <summary>The metrics of scored answers against numbers worked out by hand.</summary>
public sealed class AnswerMetricTests
{
    [Fact]
    public void Pope_counts_right_and_wrong_yes_and_no()
    {
        // Right yes 3, wrong yes 1, right no 4, missed yes 2.
        var results = All(KnownTasks.Pope with { Group = null, Mean = MeanKind.Pooled },
            [.. Many(3, "yes", "yes"), .. Many(1, "no", "yes"), .. Many(4, "no", "no"), .. Many(2, "yes", "no")]);

        Assert.Equal(7.0 / 10, Value(results, MetricNames.Accuracy), 12);
        Assert.Equal(3.0 / 4, Value(results, MetricNames.Precision), 12);
        Assert.Equal(3.0 / 5, Value(results, MetricNames.Recall), 12);
        Assert.Equal(2 * 0.75 * 0.6 / (0.75 + 0.6), Value(results, MetricNames.F1), 12);
        Assert.Equal(4.0 / 10, Value(results, MetricNames.YesRatio), 12);
        Assert.Equal(0.5, results[0].Chance);
        // Over the four answers yes it is the error of a mean of 1, 1, 1, 0, with n = 10 in the place of 4 in the correction.
        Assert.Equal(Math.Sqrt(10.0 / 9 * (3 * 0.0625 + 0.5625)) / 4,
            results.Single(result => result.Name == MetricNames.Precision).StdErr!.Value, 12);
        Assert.All(results, result => Assert.InRange(result.BootstrapStdErr!.Value, 0.5 * result.StdErr!.Value, 2 * result.StdErr.Value));
    }

    [Fact]
    public void Pope_s_F1_has_the_error_of_a_ratio()
    {
        var results = All(KnownTasks.Pope with { Group = null, Mean = MeanKind.Pooled },
            [.. Many(3, "yes", "yes"), .. Many(1, "no", "yes"), .. Many(4, "no", "no"), .. Many(2, "yes", "no")]);

        // 2·3/(4 + 5) = 2/3: a right yes is 2 of 2, a wrong or missed one 0 of 1, so that six residuals are ±2/3 and four are 0.
        Assert.Equal(Math.Sqrt(10.0 / 9 * 6 * (4.0 / 9)) / 9, Only(results, MetricNames.F1).StdErr!.Value, 12);
    }

    [Fact]
    public void Pope_s_errors_by_formula_are_those_of_resampled_images()
    {
        // Two questions an image, of 400 images: right and wrong in all four ways.
        var results = All(KnownTasks.Pope with { Group = null, Mean = MeanKind.Pooled }, [.. Enumerable.Range(0, 400).SelectMany(image =>
            Many(1, "yes", image % 4 == 0 ? "no" : "yes").Concat(Many(1, "no", image % 8 == 0 ? "yes" : "no"))
                .Select(item => item with { Unit = $"{image}" }))]);

        Assert.All(results, result =>
            Assert.InRange(result.BootstrapStdErr!.Value, 0.9 * result.StdErr!.Value, 1.1 * result.StdErr.Value));
    }

    [Fact]
    public void Without_any_yes_precision_recall_and_F1_are_0()
    {
        var results = All(KnownTasks.Pope with { Group = null, Mean = MeanKind.Pooled }, [.. Many(3, "yes", "no"), .. Many(3, "no", "no")]);

        Assert.Equal((0.5, 0, 0, 0, 0),
            (Value(results, MetricNames.Accuracy), Value(results, MetricNames.Precision), Value(results, MetricNames.Recall),
            Value(results, MetricNames.F1), Value(results, MetricNames.YesRatio)));
    }

    [Fact]
    public void Pope_s_parts_count_alike()
    {
        var results = All(KnownTasks.Pope, [
            .. Many(4, "yes", "yes").Select(item => item with { Group = "random" }),
            .. Many(1, "yes", "no").Select(item => item with { Group = "popular" }), .. Many(1, "no", "no")
                .Select(item => item with { Group = "popular" })]);

        Assert.Equal((MetricNames.Accuracy, MeanKind.Macro), (results[0].Name, results[0].Mean));
        Assert.Equal(0.75, results[0].Value, 12);
        Assert.Equal(5.0 / 6, results.Single(result => result is { Name: MetricNames.Accuracy, Mean: MeanKind.Pooled }).Value, 12);
    }

    [Fact]
    public void Mme_counts_questions_and_pairs()
    {
        // Count: both right, one right, none right, one right and the other without an answer. Code: both right.
        ItemOutcome[] items =
        [
            .. Pair("count", "1", true, true), .. Pair("count", "2", true, false), .. Pair("count", "3", false, false),
            Pair("count", "4", true, true)[0], .. Pair("code_reasoning", "1", true, true), .. Pair("code_reasoning", "2", true, true),
        ];
        var results = All(KnownTasks.Mme, Numbered(items));

        var accuracy = results.Single(result => result is { Name: MetricNames.Accuracy, Mean: MeanKind.Macro }).Value;
        var pairs = results.Single(result => result is { Name: MetricNames.PairAccuracy, Mean: MeanKind.Macro });
        // Of seven answers in count four are right; of four pairs one. What has no answer is no right half of a pair.
        Assert.Equal((4.0 / 7 + 1) / 2, accuracy, 12);
        Assert.Equal((1.0 / 4 + 1) / 2, pairs.Value, 12);
        var count = ((4.0 / 8) + (1.0 / 4)) / 2;
        Assert.Equal((MetricNames.MmeScore, MeanKind.Macro), (results[0].Name, results[0].Mean));
        Assert.Equal((count + 1) / 2, results[0].Value, 12);
        Assert.Equal(0.375, results[0].Chance!.Value, 12);
        Assert.Equal(0.25, pairs.Chance!.Value, 12);
        // The authors' sums: 100·(accuracy + accuracy+) by subtask.
        var perception = Assert.Single(results, result => result.Name == MetricNames.MmePerception);
        Assert.Equal((MeanKind.Sum, 200 * count), (perception.Mean, perception.Value));
        Assert.Equal(200, Assert.Single(results, result => result.Name == MetricNames.MmeCognition).Value, 12);
    }

    [Fact]
    public void Mme_s_complete_table_is_the_authors_score()
    {
        string[] perception = ["existence", "count", "position", "color", "posters", "celebrity", "scene", "landmark", "artwork", "OCR"];
        string[] cognition = ["commonsense_reasoning", "numerical_calculation", "text_translation", "code_reasoning"];
        // Of each subtask's two images the first is right in both questions, the second in one: accuracy 3/4, accuracy+ 1/2.
        var items = perception.Concat(cognition)
            .SelectMany(subtask => Pair(subtask, "1", true, true).Concat(Pair(subtask, "2", false, true)));
        var results = All(KnownTasks.Mme, Numbered(items));

        Assert.Equal(1250, results.Single(result => result.Name == MetricNames.MmePerception).Value, 9);
        Assert.Equal(500, results.Single(result => result.Name == MetricNames.MmeCognition).Value, 9);
        Assert.Equal((1250.0 + 500) / 2800, results[0].Value, 12);
        // Of a subtask 200 and 50 points on its images, by formula ± √(2 · 2·75²)/2 = 75; ten and four such are added.
        Assert.Equal(75 * Math.Sqrt(10), Only([.. results], MetricNames.MmePerception).StdErr!.Value, 9);
        Assert.Equal(75 * Math.Sqrt(4), Only([.. results], MetricNames.MmeCognition).StdErr!.Value, 9);
        Assert.Equal(14, new TaskMetrics(KnownTasks.Mme, Numbered(items)).Groups().Count);
    }

    [Fact]
    public void A_pair_s_error_is_that_of_pairs_and_not_of_questions()
    {
        // Both questions of an image are right or both wrong: as much is known as from half as many questions.
        var items = Numbered(Enumerable.Range(0, 100).SelectMany(image => Pair("count", $"{image}", image % 2 == 0, image % 2 == 0)));
        var clustered = All(KnownTasks.Mme with { Group = null, Mean = MeanKind.Pooled }, items)
            .Single(result => result.Name == MetricNames.Accuracy);

        Assert.Equal(0.5, clustered.Value, 12);
        Assert.Equal(Math.Sqrt(0.25 / 99), clustered.StdErr!.Value, 12);
        Assert.InRange(clustered.BootstrapStdErr!.Value, 0.9 * clustered.StdErr.Value, 1.1 * clustered.StdErr.Value);
    }

    [Fact]
    public void A_circular_question_is_right_in_every_rotation_or_not_at_all()
    {
        ItemOutcome[] items =
        [
            .. Rotations("1", true, true, true, true), .. Rotations("2", true, true, false, true),
                .. Rotations("3", false, true, true, true),
            .. Rotations("4", true, true, true, true)[..3], // one rotation has no answer
        ];
        var results = All(KnownTasks.MmBench with { Group = null }, Numbered(items));

        Assert.Equal(MetricNames.CircularAccuracy, results[0].Name);
        Assert.Equal(1.0 / 4, results[0].Value, 12);
        Assert.Equal(3.0 / 4, Value(results, MetricNames.VanillaAccuracy), 12);
        Assert.Equal(Math.Pow(0.25, 4), results[0].Chance!.Value, 12);
        Assert.Equal(Math.Sqrt(0.25 * 0.75 / 3), results[0].StdErr!.Value, 12);
    }

    [Fact]
    public void Chance_is_that_of_questions_and_not_of_rotations()
    {
        // One question of two options, one of four: six rotations.
        ItemOutcome[] items =
        [
            .. Rotations("1", true, true).Select(item => item with { Options = 2 }), .. Rotations("2", true, true, true, true),
        ];
        var results = All(KnownTasks.MmBench with { Group = null }, Numbered(items));

        Assert.Equal(((1.0 / 4) + Math.Pow(4, -4)) / 2, results[0].Chance!.Value, 12);
        Assert.Equal(((1.0 / 2) + (1.0 / 4)) / 2, Only(results, MetricNames.VanillaAccuracy).Chance!.Value, 12);
    }

    [Fact]
    public void What_was_refused_is_wrong_where_questions_count_together_and_left_out_elsewhere()
    {
        // One set: a figure with a right and a refused question, and one of a refused question alone; of a second set all is refused.
        ItemOutcome[] items =
        [
            Hallusion("0", "0", "0", true), Refused(Hallusion("0", "0", "1", false)), Refused(Hallusion("0", "1", "0", false)),
            Refused(Hallusion("1", "0", "0", false)),
        ];
        var hallusion = All(KnownTasks.HallusionBench with { Group = null }, items);
        var circles = All(KnownTasks.MmBench with { Group = null }, Numbered(
            [.. Rotations("1", true, true, true, true), .. Rotations("2", false, false, false, false).Select(Refused)]));

        Assert.Equal((1, 0, 0), (Value(hallusion, MetricNames.Accuracy), Value(hallusion, MetricNames.FigureAccuracy),
            Value(hallusion, MetricNames.QuestionAccuracy)));
        Assert.Equal((0.5, 1), (circles[0].Value, Value(circles, MetricNames.VanillaAccuracy)));

        static ItemOutcome Refused(ItemOutcome item) => item with { Refused = true, Read = null, Text = null, Score = 0 };
    }

    [Fact]
    public void HallusionBench_counts_questions_figures_and_questions_over_figures()
    {
        // Set 0: figures 0 and 1, questions 0 and 1; wrong only in question 1 on figure 1. Set 1: one figure, both right.
        ItemOutcome[] items =
        [
            Hallusion("0", "0", "0", true), Hallusion("0", "0", "1", true), Hallusion("0", "1", "0", true), Hallusion("0", "1", "1", false),
            Hallusion("1", "0", "0", true), Hallusion("1", "0", "1", true),
        ];
        var results = All(KnownTasks.HallusionBench with { Group = null }, Numbered(items));

        Assert.Equal(5.0 / 6, Value(results, MetricNames.Accuracy), 12);
        Assert.Equal(2.0 / 3, Value(results, MetricNames.FigureAccuracy), 12);
        // One of two and one of one: the residuals are ∓1/3.
        Assert.Equal(Math.Sqrt(2.0 / 1 * (2.0 / 9)) / 3, Only(results, MetricNames.FigureAccuracy).StdErr!.Value, 12);
        Assert.Equal(3.0 / 4, Value(results, MetricNames.QuestionAccuracy), 12);
    }

    [Fact]
    public void Mmmu_s_unread_answers_are_wrong_or_a_draw()
    {
        ItemOutcome[] items = [Item("A", "A", 4), Item("A", null, 4), Item("A", "B", 2), Item("7", null, 0)];
        var results = All(KnownTasks.Mmmu with { Group = null }, Numbered(items));

        Assert.Equal(1.0 / 4, Value(results, MetricNames.Accuracy), 12);
        Assert.Equal(1.25 / 4, Value(results, MetricNames.AccuracyWithGuesses), 12);
        Assert.Equal((0.25 + 0.25 + 0.5) / 4, results[0].Chance!.Value, 12);
    }

    [Fact]
    public void Soft_answers_are_tested_by_the_bootstrap_and_right_ones_by_McNemar()
    {
        var soft = Compare(KnownTasks.TextVqa, score => score);
        var right = Compare(KnownTasks.TextVqa, Math.Round);

        Assert.Equal(("paired bootstrap", "McNemar, exact"), (soft, right));

        static string Compare(EvaluationTask task, Func<double, double> of)
        {
            TaskOutcome Outcome(double[] scores) => new()
            {
                Task = task.Name,
                Found = 4,
                Refused = [],
                Files = new Dictionary<string, string>(),
                IgnoredEntries = 0,
                Items = [.. scores.Select((score, index) => Item("a", "a", 0) with { Index = index, Score = of(score) })],
            };

            return TaskComparison.Of(task, ("a", [Outcome([0.9, 0.3, 1, 0])]), ("b", [Outcome([0.3, 0.3, 0.6, 0])])).ItemsTest;
        }
    }

    [Fact]
    public void Pairs_are_compared_as_pairs()
    {
        TaskOutcome Outcome(Func<int, bool> right) => new()
        {
            Task = "mme",
            Found = 40,
            Refused = [],
            Files = new Dictionary<string, string>(),
            IgnoredEntries = 0,
            Items = Numbered(Enumerable.Range(0, 20).SelectMany(image => Pair("count", $"{image}", right(image), right(image)))),
        };

        var task = KnownTasks.Mme with { Group = null, Mean = MeanKind.Pooled, Metric = MetricNames.PairAccuracy };
        var compared = TaskComparison.Of(task, ("a", [Outcome(image => image < 15)]), ("b", [Outcome(image => image < 5)]));

        Assert.Equal((20, 0.5, "McNemar, exact"), (compared.Items, compared.Difference, compared.ItemsTest));
    }

    private static ItemOutcome Item(string target, string? read, int options) => new()
    {
        Index = 0,
        Gold = 0,
        LogLikelihoods = [0],
        Tokens = [0],
        Characters = [1],
        Bytes = [1],
        Text = read ?? "?",
        Target = target,
        Read = read,
        Score = read == target ? 1 : 0,
        Options = options,
    };

    private static IEnumerable<ItemOutcome> Many(int count, string target, string read) => Enumerable.Repeat(Item(target, read, 2), count);

    private static ItemOutcome[] Pair(string group, string image, params bool[] right) =>
        [.. right.Select(one => Item("yes", one ? "yes" : null, 2) with { Group = group, Unit = image })];

    private static ItemOutcome[] Rotations(string question, params bool[] right) =>
        [.. right.Select((one, rotation) => Item("A", one ? "A" : "B", 4) with
    {
        Unit = question, Details = new Dictionary<string, string> { ["rotation"] = $"{rotation}" },
    })];

    private static ItemOutcome Hallusion(string set, string figure, string question, bool right) =>
        Item("yes", right ? "yes" : "no", 2) with
        {
            Unit = set,
            Details = new Dictionary<string, string> { ["figure"] = $"{set}_{figure}", ["question"] = $"{set}_{question}" },
        };

    private static ItemOutcome[] Numbered(IEnumerable<ItemOutcome> items) =>
        [.. items.Select((item, index) => item with { Index = index })];

    private static List<MetricResult> All(EvaluationTask task, IReadOnlyList<ItemOutcome> items) =>
        [.. new TaskMetrics(task, Numbered(items)).All()];

    private static MetricResult Only(List<MetricResult> results, string name) => results.Single(result => result.Name == name);

    private static double Value(List<MetricResult> results, string name) => results.First(result => result.Name == name).Value;
}
