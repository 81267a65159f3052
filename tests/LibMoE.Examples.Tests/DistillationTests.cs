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
        Assert.Matches(@"close -?\d\.\d\d of the gap between student and teacher\.\s+Asked for: at least 0\.15 nats", ended.Output);
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

    private static bool IsThere(string file) => File.Exists(Path.Combine(Repository.Root, "..", "shared", "data", file));
}
