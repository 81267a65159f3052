using LibMoE.Runtime.Hosting;
using LibMoE.Runtime.Hosting.Verbs;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>A run keeps what it was begun with, so that its name is enough to continue, share out, collect and analyse it.</summary>
public sealed class RunSettingsTests : IDisposable
{
    private readonly HostedRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_planned_study_is_shared_out_continued_and_collected_by_its_name()
    {
        await _run.Run(["study", .. HostedRun.Tiny("--name", "one", "--plan")]);
        Assert.Equal(ExitCode.Done, await _run.Run("run-cell", "--index", "1", "--name", "one"));
        var before = File.ReadAllText("runs/one/HostedSmoe/seed-0/config.json");

        Assert.Equal(ExitCode.Done, await _run.Run("study", "--name", "one", "--resume"));

        Assert.Equal(["Dense", "HostedSmoe"], StudyResults.Read("runs/one").Variants.Select(variant => variant.Name));
        Assert.Equal(before, File.ReadAllText("runs/one/HostedSmoe/seed-0/config.json"));
        Assert.Equal(ExitCode.Done, await _run.Run("collect", "--name", "one"));
    }

    [Fact]
    public async Task What_is_typed_now_goes_before_what_was_kept_and_is_kept_in_turn()
    {
        await _run.Run(["study", .. HostedRun.Tiny("--name", "one", "--variants", "Dense")]);

        Assert.Equal(ExitCode.Done, await _run.Run("study", "--name", "one", "--resume", "--seeds", "2"));
        Assert.Equal(ExitCode.Done, await _run.Run("study", "--name", "one", "--resume"));

        Assert.Equal([0L, 1L], Assert.Single(StudyResults.Read("runs/one").Variants).Seeds.Select(seed => seed.Seed));
        Assert.DoesNotContain("Run:", File.ReadAllText("runs/one/settings.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_analysis_reads_the_runs_own_text()
    {
        await _run.Run(["study", .. HostedRun.Tiny("--name", "one", "--variants", "HostedSmoe", "--Analysis:Enabled=false")]);

        Assert.Equal(ExitCode.Done, await _run.Run("analyze", "--checkpoint", "runs/one", "--quick", "--Corpus:Cache=cache"));

        Assert.DoesNotContain("other text", _run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_that_is_named_now_takes_the_place_of_the_runs_own()
    {
        File.WriteAllText("other.txt", File.ReadAllText("text.txt"));
        string[] domains = [.. HostedRun.Tiny("--name", "one", "--variants", "Dense", "--Corpus:Paths:0=text.txt").Skip(2)];
        Assert.Equal(ExitCode.Done, await _run.Run(["study", .. domains]));

        Assert.Equal(ExitCode.Done, await _run.Run("study", "--name", "one", "--resume"));
        string[] analysis = ["analyze", "--checkpoint", "runs/one", "--corpus", "other.txt", "--quick", "--Corpus:Cache=cache"];
        Assert.Equal(ExitCode.Done, await _run.Run(analysis));
    }

    [Fact]
    public void What_a_preset_set_is_kept_and_todays_environment_is_not()
    {
        var command = CommandLine.Parse(["study", "--preset", "p", "--steps", "3"], [.. BuiltInVerbs.All]);
        Environment.SetEnvironmentVariable("LIBMOE_Training__Batch", "7");
        try
        {
            var preset = new Dictionary<string, string?> { ["Study:Seeds"] = "3" };
            var kept = new Dictionary<string, string?> { ["Training:Batch"] = "5" };
            var begun = RunSettings.Of("P", command, new RunSettings("P", "", new Dictionary<string, string?>()), preset);
            var resumed = RunSettings.Of("P", command, new RunSettings("P", "", kept), preset: null);

            Assert.Equal(("3", "7", "3"), (begun.Given["Study:Seeds"], begun.Given["Training:Batch"], begun.Given["Training:Steps"]));
            Assert.Equal(("5", false), (resumed.Given["Training:Batch"], resumed.Given.ContainsKey("Study:Seeds")));
        }
        finally
        {
            Environment.SetEnvironmentVariable("LIBMOE_Training__Batch", null);
        }
    }

    [Fact]
    public async Task A_run_that_another_program_began_is_named()
    {
        await _run.Run(["study", .. HostedRun.Tiny("--name", "one", "--variants", "Dense")]);
        var kept = File.ReadAllText("runs/one/settings.json");
        var own = kept.Split('"')[3];
        File.WriteAllText("runs/one/settings.json", kept.Replace($"\"{own}\"", "\"Elsewhere\"", StringComparison.Ordinal));

        Assert.Equal(ExitCode.Done, await _run.Run("study", "--name", "one", "--resume"));

        Assert.Contains($"The run was begun by the program Elsewhere; {own} continues it.", _run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task Damaged_settings_are_named(string text)
    {
        await _run.Run(["study", .. HostedRun.Tiny("--name", "one", "--variants", "Dense")]);
        File.WriteAllText("runs/one/settings.json", text);

        Assert.Equal(ExitCode.Usage, await _run.Run("study", "--name", "one", "--resume"));

        Assert.Contains("settings.json is damaged", Assert.Single(_run.Errors), StringComparison.Ordinal);
    }
}
