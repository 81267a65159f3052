namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>A search of a small family: cells as a study has them, resumed without training anything twice.</summary>
public sealed class SearchVerbTests : IDisposable
{
    private readonly HostedRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("random")]
    [InlineData("evolution")]
    [InlineData("coordinate")]
    [InlineData("nsga2")]
    public async Task Every_trial_is_a_cell_and_the_winner_is_declared(string strategy)
    {
        Assert.Equal(ExitCode.Done, await Search("--strategy", strategy, "--budget", "5"));

        Assert.Equal(5, File.ReadAllLines("runs/one/cells.jsonl").Length);
        Assert.Equal(5, StudyResults.Read("runs/one").Variants.Count);
        var best = StudyResults.Read("runs/one").Variants.MinBy(variant => variant.ValidationLoss)!;
        Assert.Contains($"public sealed partial class {best.Variant};\nwith LearningRate=", _run.Output, StringComparison.Ordinal);
        Assert.Matches(
            $@"'study --variants Dense,{best.Variant} --Training:LearningRate={best.Settings!["Training:LearningRate"]} "
                + @"--Training:Seed=\d+ --seeds 3' measures it anew\.", _run.Output);
        Assert.Contains("The Pareto front", _run.Output, StringComparison.Ordinal);
        Assert.Contains("Trial 5 of at most 5: loss ", _run.Output, StringComparison.Ordinal);
        Assert.True(File.Exists("runs/one/report.html"));
        Assert.Equal(ExitCode.Done, await _run.Run("collect", "--name", "one"));
    }

    [Fact]
    public async Task A_search_that_was_stopped_goes_on_and_trains_nothing_twice()
    {
        Assert.Equal(ExitCode.Done, await Search("--budget", "6"));
        var whole = File.ReadAllText("runs/one/cells.jsonl");
        Directory.Move("runs/one", "runs/whole");
        using var stop = new CancellationTokenSource();
        var made = 0;
        List<MoeVariant> stopping = [.. SearchedMoe.Family.Select(variant => variant with
        {
            Create = shape =>
            {
                if (++made == 7)
                {
                    stop.Cancel();
                }

                return variant.Create(shape);
            },
        })];

        Assert.Equal(ExitCode.Stopped, await _run.Run(stopping, Arguments("--budget", "6"), stop.Token));
        Assert.Contains("search --name one --resume", _run.Output, StringComparison.Ordinal);
        var finished = Directory.GetFiles("runs/one", "result.json", SearchOption.AllDirectories)
            .ToDictionary(file => file, File.GetLastWriteTimeUtc);
        Assert.InRange(finished.Count, 1, 5);

        Assert.Equal(ExitCode.Done, await _run.Run(SearchedMoe.Family, ["search", "--name", "one", "--resume"]));

        Assert.Equal(whole, File.ReadAllText("runs/one/cells.jsonl"));
        Assert.Contains("done before, ", _run.Output, StringComparison.Ordinal);
        Assert.All(finished, file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
        Assert.Equal(Losses("whole"), Losses("one"));
    }

    [Fact]
    public async Task With_more_budget_a_search_goes_on_from_what_it_has()
    {
        Assert.Equal(ExitCode.Done, await Search("--budget", "3"));
        var before = File.ReadAllLines("runs/one/cells.jsonl");

        Assert.Equal(ExitCode.Done, await Search("--budget", "5", "--resume"));

        Assert.Equal(before, File.ReadAllLines("runs/one/cells.jsonl").Take(3));
        Assert.Equal(5, StudyResults.Read("runs/one").Variants.Count);
    }

    [Fact]
    public async Task Halving_tries_many_with_few_steps_and_the_best_of_them_with_more()
    {
        Assert.Equal(ExitCode.Done, await Search("--budget", "4", "--halving", "2", "--seeds", "2"));

        var variants = StudyResults.Read("runs/one").Variants;
        Assert.Equal(["2", "2", "2", "2", "4", "4"], variants.Select(variant => variant.Settings!["Training:Steps"]));
        Assert.Equal(12, File.ReadAllLines("runs/one/cells.jsonl").Length);
        var best = variants.Take(4).OrderBy(variant => variant.ValidationLoss).Take(2);
        Assert.Equal(best.Select(variant => variant.Variant).Order(), variants.Skip(4).Select(variant => variant.Variant).Order());
    }

    [Fact]
    public async Task Planned_trials_are_trained_as_cells_by_whoever_has_time_and_the_next_ones_follow_from_them()
    {
        string[] search = ["--budget", "4", "--halving", "2"];
        Assert.Equal(ExitCode.Done, await Search(search));
        Directory.Move("runs/one", "runs/whole");

        Assert.Equal(ExitCode.Done, await Search([.. search, "--plan"]));
        Assert.Equal(4, File.ReadAllLines("runs/one/cells.jsonl").Length);
        Assert.Contains("Train these by 'run-cell --index N'", _run.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories("runs/one"));
        await Train(3, 1, 0, 2);

        Assert.Equal(ExitCode.Done, await _run.Run(SearchedMoe.Family, ["search", "--plan", "--resume", "--name", "one"]));
        Assert.Equal(6, File.ReadAllLines("runs/one/cells.jsonl").Length);
        await Train(5, 4);
        Assert.Equal(ExitCode.Done, await _run.Run(SearchedMoe.Family, ["search", "--plan", "--resume", "--name", "one"]));
        Assert.Contains("Every trial is done", _run.Output, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Done, await _run.Run(SearchedMoe.Family, ["search", "--resume", "--name", "one"]));
        Assert.DoesNotContain(" steps\n[", _run.Output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText("runs/whole/cells.jsonl"), File.ReadAllText("runs/one/cells.jsonl"));
        Assert.Equal(Losses("whole"), Losses("one"));

        async Task Train(params int[] indices)
        {
            foreach (var index in indices)
            {
                Assert.Equal(
                    ExitCode.Done, await _run.Run(SearchedMoe.Family, ["run-cell", "--index", $"{index}", "--name", "one"]));
            }
        }
    }

    [Fact]
    public async Task A_trial_that_fails_does_not_stop_the_search()
    {
        List<MoeVariant> failing =
        [
            .. SearchedMoe.Family.Take(3),
            SearchedMoe.Family[3] with { Create = _ => throw new InvalidOperationException("It broke.") },
        ];

        Assert.Equal(ExitCode.Failed, await _run.Run(failing, Arguments("--budget", "8", "--strategy", "random")));

        Assert.Equal(6, StudyResults.Read("runs/one").Variants.Count);
        Assert.Contains("failed: It broke.", _run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--budget (Search:Budget) is 0; it must be from 1 to 100000 trainings.", "--budget", "0")]
    [InlineData("--strategy (Search:Strategy) is 'random2'; did you mean 'random'? (allowed: random, evolution, coordinate, nsga2).",
        "--strategy", "random2")]
    [InlineData("--halving (Search:Halving) is 1; it must be from 2 to 100, or 0 for none.", "--halving", "1")]
    [InlineData("Study:Grid:Training:Steps cannot be varied together with Search:Halving, which chooses the steps itself.",
        "--halving", "2", "--Study:Grid:Training:Steps=2,4")]
    [InlineData("--variants (Study:Variants) names Dense, which nothing can be searched in; it must name declared mixtures.",
        "--variants", "Dense,SearchedMoe")]
    public async Task What_cannot_be_searched_is_refused(string sentence, params string[] arguments)
    {
        Assert.Equal(ExitCode.Usage, await Search(arguments));
        Assert.Equal("error: " + sentence, Assert.Single(_run.Errors));
        Assert.False(_run.LeftARun);
    }

    [Fact]
    public async Task One_member_alone_and_too_few_steps_for_halving_are_refused()
    {
        Assert.Equal(ExitCode.Usage, await _run.Run(["search", .. HostedRun.Tiny()]));
        Assert.Contains("There is nothing to search: HostedSmoe is all that is declared", Assert.Single(_run.Errors));

        Assert.Equal(ExitCode.Usage, await Search("--halving", "3"));
        Assert.Contains(" is 3, for which Training:Steps = 4 and Search:Budget = 40 are too few", Assert.Single(_run.Errors));
    }

    private Task<int> Search(params string[] more) => _run.Run(SearchedMoe.Family, Arguments(more));

    private static string[] Arguments(params string[] more) =>
        ["search", .. HostedRun.Tiny(
            ["--name", "one", "--Study:Grid:Training:LearningRate=0.001,0.01", "--Analysis:Enabled=false", .. more])];

    private static IEnumerable<(string, double)> Losses(string run) =>
        StudyResults.Read("runs/" + run).Variants.Select(variant => (variant.Name, variant.ValidationLoss));
}
