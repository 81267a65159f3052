using System.Text.Json;
using LibMoE.Runtime.Reporting.Index;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>Runs are found again by name, tag and figure, compared across folders, and deleted only on purpose.</summary>
public sealed class RunsVerbTests : IDisposable
{
    private readonly HostedRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task The_list_says_of_each_run_who_began_it_how_it_stands_and_which_variant_is_best()
    {
        await _run.Run(["study", .. HostedRun.Tiny("--name", "done")]);
        await _run.Run(["study", .. HostedRun.Tiny("--name", "begun", "--plan")]);
        await _run.Run("run-cell", "--index", "1", "--name", "begun");
        await _run.Run(["study", .. HostedRun.Tiny("--name", "planned", "--plan")]);
        Directory.CreateDirectory("runs/notes");

        Assert.Equal(ExitCode.Done, await _run.Run("runs", "list", "--json"));

        var listed = JsonDocument.Parse(_run.Output).RootElement.EnumerateArray().ToDictionary(run => run.GetProperty("name").GetString()!);
        Assert.Equal(["begun", "done", "planned"], listed.Keys.Order());
        Assert.Equal(["Finished", "Stopped", "Planned"],
            new[] { "done", "begun", "planned" }.Select(name => listed[name].GetProperty("state").GetString()));
        Assert.Equal(["Dense", "HostedSmoe"],
            listed["done"].GetProperty("variants").EnumerateArray().Select(variant => variant.GetString()));
        var best = StudyResults.Read("runs/done").Variants.MinBy(variant => variant.ValidationLoss)!;
        Assert.Equal((best.Name, best.ValidationLoss),
            (listed["done"].GetProperty("bestVariant").GetString(), listed["done"].GetProperty("best").GetProperty("value").GetDouble()));
        Assert.All(listed.Values, run => Assert.NotEqual("", run.GetProperty("program").GetString()));

        Assert.Equal(ExitCode.Done, await _run.Run("runs"));
        Assert.Contains("stopped (1 of 2 done)", _run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_of_several_folders_are_compared_item_by_item_with_the_settings_that_differ()
    {
        await _run.Run(["train", .. HostedRun.Tiny("--name", "slow")]);
        await _run.Run(["train", .. HostedRun.Tiny("--name", "fast", "--runs", "elsewhere", "--learning-rate", "0.02")]);

        Assert.Equal(ExitCode.Done, await _run.Run("runs", "compare", "slow", "elsewhere/fast"));

        var (slow, fast) = (StudyResults.Read("runs/slow").Variants[0], StudyResults.Read("elsewhere/fast").Variants[0]);
        var difference = fast.ValidationLoss - slow.ValidationLoss;
        Assert.Contains($"{(difference < 0 ? '−' : '+')}{Math.Abs(difference):F3} ± ", _run.Output, StringComparison.Ordinal);
        Assert.Matches("training:learningRate +0.005 +0.02", _run.Output);
        Assert.DoesNotContain("training:seed", _run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("other data", _run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_on_other_texts_are_not_set_against_each_other()
    {
        File.WriteAllText("other.txt", File.ReadAllText("text.txt").Replace("counts", "numbers", StringComparison.Ordinal));
        await _run.Run(["train", .. HostedRun.Tiny("--name", "one")]);
        string[] other = [.. HostedRun.Tiny("--name", "two").Select(word => word == "text.txt" ? "other.txt" : word)];
        await _run.Run(["train", .. other]);

        Assert.Equal(ExitCode.Done, await _run.Run("runs", "compare", "one", "two"));

        Assert.Contains("two was measured on other data than one: their figures cannot be compared.", _run.Output,
            StringComparison.Ordinal);
        Assert.DoesNotContain("± 0.000 ", _run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tags_are_given_taken_and_searched()
    {
        await _run.Run(["study", .. HostedRun.Tiny("--name", "one", "--plan")]);
        await _run.Run(["study", .. HostedRun.Tiny("--name", "two", "--plan")]);

        Assert.Equal(ExitCode.Done, await _run.Run("runs", "tag", "one", "two", "--tags", "paper,first"));
        Assert.Equal(ExitCode.Done, await _run.Run("runs", "untag", "two", "--tags", "paper"));
        Assert.Equal(ExitCode.Done, await _run.Run("runs", "list", "--tags", "paper", "--json"));

        Assert.Equal(
            "one", Assert.Single(JsonDocument.Parse(_run.Output).RootElement.EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal(["first"], RunTags.Of("runs/two"));
    }

    [Fact]
    public async Task Nothing_is_deleted_without_a_second_word_or_while_a_process_works_on_it()
    {
        await _run.Run(["study", .. HostedRun.Tiny("--name", "one", "--plan")]);
        Assert.Equal(ExitCode.Usage, await _run.Run("runs", "delete", "one"));
        Assert.StartsWith("error: --yes (Runs:Yes) is false; --yes deletes ", Assert.Single(_run.Errors), StringComparison.Ordinal);
        using (RunLock.Take(DiskFiles.Instance, "runs/one"))
        {
            Assert.Equal(RunState.Running, RunIndex.Read("runs/one")!.State);
            Assert.Equal(ExitCode.Usage, await _run.Run("runs", "delete", "one", "--yes"));
            Assert.Contains("a process works on", Assert.Single(_run.Errors), StringComparison.Ordinal);
        }

        Assert.True(Directory.Exists("runs/one"));
        Assert.Equal(ExitCode.Done, await _run.Run("runs", "delete", "one", "--yes"));
        Assert.False(Directory.Exists("runs/one"));
    }

    [Theory]
    [InlineData("runs", "holds no run")]
    [InlineData(".", "holds no run")]
    [InlineData("notes", "holds no run")]
    [InlineData("runs/../elsewhere/one", "does not lie in runs")]
    public async Task Only_runs_of_the_folder_are_deleted(string name, string problem)
    {
        await _run.Run(["train", .. HostedRun.TinyFor(1, "--name", "one", "--runs", "elsewhere")]);
        await _run.Run(["train", .. HostedRun.TinyFor(1, "--name", "two")]);
        Directory.CreateDirectory("runs/notes");

        Assert.Equal(ExitCode.Usage, await _run.Run("runs", "delete", name, "--yes"));

        Assert.Contains(problem, Assert.Single(_run.Errors), StringComparison.Ordinal);
        Assert.True(File.Exists("elsewhere/one/results.json") && File.Exists("runs/two/results.json") && Directory.Exists("runs/notes"));
    }

    [SkippableFact]
    public async Task A_link_to_a_run_is_not_listed_and_not_deleted()
    {
        Skip.If(OperatingSystem.IsWindows(), "Links need a privilege here.");
        await _run.Run(["study", .. HostedRun.Tiny("--name", "one", "--runs", "elsewhere", "--plan")]);
        Directory.CreateDirectory("runs");
        File.CreateSymbolicLink("runs/link", Path.GetFullPath("elsewhere/one"));

        Assert.Equal(ExitCode.Usage, await _run.Run("runs", "delete", "link", "--yes"));

        Assert.Contains("is a link", Assert.Single(_run.Errors), StringComparison.Ordinal);
        Assert.Empty(RunIndex.Of("runs"));
        Assert.True(File.Exists("elsewhere/one/cells.jsonl"));
    }

    [Fact]
    public async Task Another_trackers_export_becomes_a_run_with_a_report()
    {
        File.WriteAllText("export.csv",
            "\"Step\",\"../up - loss\",\"../up - loss__MIN\",\"../up - loss__MAX\","
                + "\"--up - loss\",\"--up - loss__MIN\",\"--up - loss__MAX\"\n"
                + "\"10\",\"4.5\",\"4.5\",\"4.5\",\"4\",\"4\",\"4\"\n\"20\",\"3.5\",\"3.5\",\"3.5\",\"3\",\"3\",\"3\"\n");

        Assert.Equal(ExitCode.Done, await _run.Run("runs", "import", "export.csv"));

        Assert.Equal(["--up", "-up"], Directory.GetDirectories("runs/export").Select(Path.GetFileName)
            .Where(name => name is not ("data" or "charts")).Order(StringComparer.Ordinal));
        var page = File.ReadAllText("runs/export/report.html");
        Assert.Contains("2 runs imported from <code>export.csv</code> (W&amp;B chart).", page, StringComparison.Ordinal);
        Assert.Contains("4.5", File.ReadAllText("runs/export/data/training-loss.csv"), StringComparison.Ordinal);
        Assert.Equal(RunState.Imported, RunIndex.Read("runs/export")!.State);
    }

    [Fact]
    public async Task An_export_that_cannot_be_read_leaves_no_run()
    {
        File.WriteAllText("export.csv", "Name,State\na,finished\n");

        Assert.Equal(ExitCode.Failed, await _run.Run("runs", "import", "export.csv"));

        Assert.Contains("no column is called 'step'", Assert.Single(_run.Errors), StringComparison.Ordinal);
        Assert.False(Directory.Exists("runs/export"));
    }

    [Theory]
    [InlineData("Runs:Action is 'lits'; it must be one of List, Compare, Tag, Untag, Delete, Import.", "lits")]
    [InlineData("Runs:Names has 1 names; Compare needs two runs or more: runs compare A B.", "compare", "one")]
    [InlineData("Runs:Tags is empty; Tag needs tags, separated by commas.", "tag", "one")]
    [InlineData("Runs:Tags has 'a b'; a tag must be letters, digits, '.', '_' and '-', 64 of them at most.", "tag", "one", "--tags", "a b")]
    [InlineData("Runs:Names is 'nothing.csv', which is no file; import takes a CSV file.", "import", "nothing.csv")]
    public async Task What_is_typed_wrong_is_named_with_what_is_allowed(string problem, params string[] args)
    {
        Assert.Equal(ExitCode.Usage, await _run.Run(["runs", .. args]));

        Assert.EndsWith(problem[problem.IndexOf(' ')..], Assert.Single(_run.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("[null, \"../x\"]")]
    public void Damaged_tags_are_no_tags(string text)
    {
        Directory.CreateDirectory("runs/one");
        File.WriteAllText("runs/one/tags.json", text);

        Assert.Empty(RunTags.Of("runs/one"));
    }
}
