using System.Diagnostics;
using System.Text.Json;

namespace LibMoE.Examples.Tests;

/// <summary>The benchmarks, as a user runs them.</summary>
public sealed class EvaluationTests : IDisposable
{
    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    private static string Model => Path.Combine(Repository.Root, "..", "shared", "data", "stories260K", "stories260K.bin");

    [SkippableFact]
    public async Task Stories260K_and_its_mixtures_are_scored_with_error_bars_and_chance()
    {
        Skip.IfNot(File.Exists(Model), "the data folder has no stories260K");

        var ended = await _session.Run("Evaluation", "--limit", "67", "--Evaluation:Offline=true");

        Assert.Equal(0, ended.ExitCode);
        Assert.Empty(ended.Errors);
        Assert.Contains("4 models on 6 tasks, in runs/evaluation", ended.Output, StringComparison.Ordinal);
        Assert.Matches(@"blimp\s+stories260K\s+\d+\.\d ± \d+\.\d\s+50\.0\s+67", ended.Output);
        Assert.Matches(
            @"acc, mean of groups\s+Copies\s+\d+\.\d ± \d+\.\d\s+50\.0\s+67\s+\+0\.0 \[\+0\.0, \+0\.0\] no significant difference",
            ended.Output);
        var comparison = JsonDocument.Parse(File.ReadAllText(_session.PathOf("runs", "evaluation", "comparison.json"))).RootElement;
        Assert.All(
            comparison.GetProperty("comparisons").EnumerateArray().Where(row => row.GetProperty("model").GetString() == "Copies"),
            row => Assert.Equal(0, row.GetProperty("difference").GetDouble(), 1e-3));
    }

    [SkippableFact]
    public async Task Pairs_of_sentences_about_people_are_scored_and_the_pronouns_of_occupations_held_to_who_works_there()
    {
        Skip.IfNot(File.Exists(Model), "the data folder has no stories260K");
        Skip.IfNot(File.Exists(Path.Combine(Path.GetDirectoryName(Model)!, "..", "text_bias", "winogender_occupations-stats.tsv")),
            "the data folder has no text_bias");

        var scored = await _session.Run(
            "Evaluation", "--checkpoint", Model, "--tasks", "crows_pairs,winobias,winogender", "--limit", "40",
            "--Evaluation:Offline=true");
        var ended = await _session.Run("Evaluation", "occupations", "--Evaluation:Offline=true");

        Assert.Equal((0, 0), (scored.ExitCode, ended.ExitCode));
        Assert.Empty(ended.Errors);
        Assert.All(["crows_pairs", "winobias", "winogender"], task => Assert.Matches(
            $@"{task}\s+stories260K\s+\d+\.\d ± \d+\.\d\s+50\.0\s+40", scored.Output));
        var output = System.Text.RegularExpressions.Regex.Replace(ended.Output, @"\s+", " ");
        Assert.Contains("stories260K on 240 sentences of 60 occupations: she is likelier than he in 66.", output, StringComparison.Ordinal);
        Assert.Matches(@"percentage of women: \+0\.\d{3} \(95 % -0\.\d{3} to \+0\.\d{3}\): cannot be told from chance\.", output);
        Assert.Matches(@"most she: [a-z]+ \+\d\.\d\d \(\d+ % women\)", output);
    }

    [SkippableFact]
    public async Task A_killed_evaluation_goes_on_where_it_was_and_ends_with_the_same_bytes()
    {
        Skip.IfNot(File.Exists(Model), "the data folder has no stories260K");

        var killed = await _session.Run("Evaluation", Blimp("killed", "cache"), ("1 model on 1 task", KillOnceSomethingIsDone));
        var done = Journal();
        var goneOn = await _session.Run("Evaluation", Blimp("gone-on", "cache"), whileRunning: null);
        var whole = await _session.Run("Evaluation", Blimp("whole", "cache-2"), whileRunning: null);

        Assert.NotEqual(0, killed.ExitCode);
        Assert.InRange(done.Count, 4, int.MaxValue);
        Assert.Equal((0, 0), (goneOn.ExitCode, whole.ExitCode));
        Assert.Empty(Journal());
        foreach (var file in Directory.GetFiles(_session.PathOf("runs", "whole"), "*", SearchOption.AllDirectories))
        {
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(file.Replace("whole", "gone-on", StringComparison.Ordinal)));
        }

        void KillOnceSomethingIsDone(Process process, string line)
        {
            SpinWait.SpinUntil(() => Journal().Count > 3 || process.HasExited, TimeSpan.FromMinutes(15));
            process.Kill();
        }

        static string[] Blimp(string name, string cache) =>
        [
            "--checkpoint", Model, "--tasks", "blimp", "--limit", "1005", "--threads", "1", "--name", name, "--Evaluation:Offline=true",
            $"--Evaluation:Cache={cache}", "--Evaluation:BatchTokens=1000",
        ];
    }

    /// <summary>The lines of the journal that is there.</summary>
    private List<string> Journal()
    {
        var folder = _session.PathOf("cache");
        var path = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.journal").FirstOrDefault() : null;
        if (path is null)
        {
            return [];
        }

        try
        {
            using var reader = new StreamReader(
                new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        }
        catch (FileNotFoundException)
        {
            // An evaluation that ends deletes its journal.
            return [];
        }
    }

    [Fact]
    public async Task Absent_data_is_one_line()
    {
        var ended = await _session.Run("Evaluation", "--tasks", "cbt,race", "--Evaluation:Offline=true");

        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith(
            "error: Nothing is downloaded offline; missing in ", Assert.Single(ended.Errors), StringComparison.Ordinal);
        Assert.Empty(_session.Files);
    }
}
