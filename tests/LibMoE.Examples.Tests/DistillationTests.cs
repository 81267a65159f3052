namespace LibMoE.Examples.Tests;

/// <summary>A student that learns from a teacher, and searches over declarations, as a user runs them.</summary>
public sealed class DistillationTests : IDisposable
{
    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [SkippableFact]
    public async Task The_quick_version_trains_a_teacher_and_students_and_shows_their_losses_side_by_side()
    {
        Skip.IfNot(IsThere("tinyshakespeare/input.txt"), "tinyshakespeare/input.txt is in no data folder of this machine.");

        var ended = await _session.Run("Distillation", "--quick", "--threads", "1");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        Assert.Matches(@"(?m)^teacher\s+Smoe\s+\d\.\d{3} ± \d\.\d{3}", ended.Output);
        Assert.All(["0", "0.5", "1"], weight => Assert.Matches(
            $@"(?m)^students\s+Dense Distill:Weight={weight.Replace(".", "\\.", StringComparison.Ordinal)}\s+\d\.\d{{3}}", ended.Output));
        Assert.Matches(@"(?m)^alone\s+Dense\s+\d\.\d{3}", ended.Output);
        Assert.Matches(@"(?m)^smoothed\s+Dense\s+\d\.\d{3}", ended.Output);
        Assert.Matches(@"(?m)^asked\s+Dense Distill:Routing=Sampled\s+\d\.\d{3}", ended.Output);
        Assert.Matches(@"(?m)^alike\s+Dense Distill:Hidden=100\s+\d\.\d{3}", ended.Output);
        Assert.Matches(@"close -?\d+\.\d\d of the gap between student and teacher\.", ended.Output);
        Assert.Matches(@"Asked for: at least 0\.15 nats .*: (reached|missed)\.", ended.Output);
        Assert.Matches(@"(?m)^plenty\s+Dense Distill:Weight=1\s+\d\.\d{3} .* 20 +\d+\.\d s", ended.Output);
        // The student's width is the one that is asked for: a step with the teacher is 3.3 times the work, and not 2.3.
        Assert.Matches(@"(?m)^plenty-alone\s+Dense\s+\d\.\d{3} .* 6\d +\d+\.\d s", ended.Output);
        Assert.Matches(@"A step with the teacher is 3\.\d\d times the work of one without, and took \d+\.\d\d times", ended.Output);
        Assert.Matches(
            @"Expected: at least 0\.05 nats below at equal steps, .*: (reached|missed); behind at equal work, .*: (reached|missed)\.",
            ended.Output);
    }

    [SkippableFact]
    public async Task The_quick_version_of_gain_says_what_of_a_mixtures_gain_a_student_keeps()
    {
        Skip.IfNot(IsThere("tinyshakespeare/input.txt"), "tinyshakespeare/input.txt is in no data folder of this machine.");

        var ended = await _session.Run("Distillation", "gain", "--quick", "--threads", "1");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        Assert.All(
            ["teachers Dense", "teachers Smoe", "by-mixture Dense", "by-dense Dense", "distilled Dense", "merged Dense", "averaged Dense"],
            row => Assert.Matches($@"(?m)^{row}\s+\d\.\d{{3}} ± \d\.\d{{3}}", ended.Output));
        Assert.Matches(@"a student of the mixture minus one of the dense model: [+−]\d\.\d{3}", ended.Output);
        Assert.Matches(@"distilled [+−]\d+ %, 20 steps; merged [+−]\d+ %, 3 steps more\.\s+Published: OneS 88 % on texts", ended.Output);
    }

    [Fact]
    public async Task Its_help_says_what_the_lesson_is_and_trains_nothing()
    {
        var ended = await _session.Run("Distillation", "lesson", "--help");

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("How many seeds students are trained with. [default here: 3]", ended.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_session.PathOf("runs")));
    }

    [SkippableFact]
    public async Task Searches_are_replayed_on_a_family_that_was_trained_as_a_whole()
    {
        Skip.IfNot(IsThere("digits/digits.csv.gz"), "digits/digits.csv.gz is in no data folder of this machine.");

        var studied = await _session.Run("Search", "study", "--quick", "--threads", "1");
        var replayed = await _session.Run("Search", "replay");

        Assert.Empty(studied.Errors);
        Assert.Empty(replayed.Errors);
        Assert.All(
            ["random", "evolution", "coordinate", "nsga2"],
            search => Assert.Matches($@"(?m)^{search}\s+trials to the best 2 %: median \d+", replayed.Output));
        Assert.Matches(
            @"Asked for: evolution finds .* at least 30 % fewer trials than random, by the median\. -?\d+ %: (reached|missed)",
            replayed.Output);
    }

    [SkippableFact]
    public async Task A_search_of_the_family_ends_with_the_declaration_that_won()
    {
        Skip.IfNot(IsThere("digits/digits.csv.gz"), "digits/digits.csv.gz is in no data folder of this machine.");

        var searched = await _session.Run("Search", "search", "--quick", "--threads", "1", "--strategy", "nsga2");

        Assert.Empty(searched.Errors);
        Assert.Equal(0, searched.ExitCode);
        Assert.Matches(@"(?m)^public sealed partial class Genome(_\w+)?;$", searched.Output);
    }

    [SkippableFact]
    public async Task Fronts_of_searches_are_compared_with_those_of_their_rivals_pair_by_pair()
    {
        Skip.IfNot(IsThere("digits/digits.csv.gz"), "digits/digits.csv.gz is in no data folder of this machine.");
        foreach (var (strategy, seed) in new[] { ("nsga2", 0), ("random", 0), ("nsga2", 1), ("random", 1) })
        {
            string[] search = ["search", "--strategy", strategy, "--seed", $"{seed}", "--name", $"{strategy}-{seed}", "--budget", "4"];
            Assert.Empty((await _session.Run("Search", [.. search, "--quick", "--threads", "1"])).Errors);
        }

        string[] named = ["fronts", "--searches", "runs/nsga2-0,runs/nsga2-1", "--rivals", "runs/random-0,runs/random-1"];
        var compared = await _session.Run("Search", named);
        var uneven = await _session.Run("Search", [.. named[..3], "--rivals", "runs/random-0"]);

        Assert.Empty(compared.Errors);
        Assert.Matches(
            @"Shares of the hypervolume of all: [01]\.\d{3}, [01]\.\d{3} against [01]\.\d{3}, [01]\.\d{3}; difference "
            + @"[+−]\d\.\d{3} ± \d\.\d{3}, one standard error over 2 pairs; 95 % interval \[[+−]\d+\.\d{3}, [+−]\d+\.\d{3}\]\.",
            string.Join(' ', compared.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(
            ["error: Fronts:Searches names 2 runs and Fronts:Rivals 1; they must be as many, and at least one."],
            uneven.Errors.Select(error => error.Replace("--searches (Fronts:Searches)", "Fronts:Searches", StringComparison.Ordinal)
                .Replace("--rivals (Fronts:Rivals)", "Fronts:Rivals", StringComparison.Ordinal)));
    }

    private static bool IsThere(string file) => File.Exists(Path.Combine(Repository.Root, "..", "shared", "data", file));
}
