using System.Globalization;
using System.Text.Json;
using LibMoE.Runtime.Testing;

namespace LibMoE.Examples.Tests;

/// <summary>Evaluation and analysis on several ranks leave the files that one process leaves, byte for byte.</summary>
public sealed class SharedWorkTests : IDisposable
{
    private const string Task = """
        {
          "name": "sample", "version": 1, "title": "sample", "form": "choice",
          "sources": [{ "files": [{ "path": "sample.jsonl" }], "format": "jsonLines", "answer": "{a}" }],
          "prompt": "{q}", "choices": ["{o}"], "metric": "acc", "options": 3, "chance": 0.3333333333333333,
          "citation": "", "licence": ""
        }
        """;

    private readonly UserSession _first = new();

    public void Dispose() => _first.Dispose();

    [SkippableTheory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Files_of_evaluate_and_analyze_are_those_of_one_process(int ranks)
    {
        Skip.IfNot(
            OperatingSystem.IsLinux() && File.Exists("/usr/bin/g++"), "Ranks are joined on Linux, where the build has a C++ compiler.");
        await Prepare();
        string[][] verbs =
        [
            ["evaluate", "--checkpoint", "runs/RUN", "--tasks", "sample.json", "--threads", "1", "--Evaluation:BatchTokens=512",
                "--Evaluation:Cache=cache-RUN"],
            ["analyze", "--checkpoint", "runs/RUN", "--corpus", "text.txt", "--threads", "1", "--Analysis:Sequences=16",
                "--Analysis:PerturbationSequences=8", "--Analysis:Tasks=sample.json", "--Analysis:TaskItems=10"],
        ];

        foreach (var verb in verbs)
        {
            var alone = await _first.Run("Quickstart", Named(verb, "run-one"));
            Assert.True(alone.ExitCode == 0, string.Join('\n', alone.Errors));
            var shared = await Launch(ranks, Named(verb, "run-two"));
            Assert.All(shared, ended => Assert.True(ended.ExitCode == 0, string.Join('\n', ended.Errors)));
            Assert.Equal(Lasting(alone.Output.Replace("run-one", "run-two", StringComparison.Ordinal)), Lasting(shared[0].Output));
            Assert.All(shared.Skip(1), ended => Assert.Equal("", ended.Output.Trim()));
        }

        var (here, there) = (Written("run-one"), Written("run-two"));
        Assert.Equal(here.Keys, there.Keys);
        Assert.Contains("evaluation.json", here.Keys.Select(Path.GetFileName));
        Assert.Contains("analysis.json", here.Keys.Select(Path.GetFileName));
        Assert.All(here.Keys, name => Assert.True(here[name] == there[name], name));
    }

    /// <summary>One tiny run, twice, and a task with its data.</summary>
    private async Task Prepare()
    {
        File.WriteAllText(
            _first.PathOf("text.txt"), string.Join('\n', Enumerable.Range(0, 4000).Select(line => $"line {line * 7919 % 1000}")));
        File.WriteAllText(_first.PathOf("sample.json"), Task);
        File.WriteAllLines(_first.PathOf("sample.jsonl"), Enumerable.Range(0, 40).Select(item => JsonSerializer.Serialize(new
        {
            q = string.Concat(Enumerable.Repeat($"line {item} ", 1 + (item % 4))) + "line",
            o = Enumerable.Range(0, 3).Select(option => $" {(item + option) * 7919 % 1000}"),
            a = item % 3,
        })));
        var trained = await _first.Run(
            "Quickstart", "study", "--corpus", "text.txt", "--variants", "Dense,Smoe", "--seeds", "1", "--steps", "6", "--batch", "4",
            "--threads", "1", "--Training:CheckpointEvery=3", "--Analysis:Enabled=false", "--name", "run-one");
        Assert.True(trained.ExitCode == 0, string.Join('\n', trained.Errors));
        foreach (var file in Directory.GetFiles(_first.PathOf("runs", "run-one"), "*", SearchOption.AllDirectories))
        {
            var copy = file.Replace(_first.PathOf("runs", "run-one"), _first.PathOf("runs", "run-two"), StringComparison.Ordinal);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>Without the lines of work that takes long, <c>[2/2] …</c>, which a fast machine does not show.</summary>
    private static IEnumerable<string> Lasting(string output) =>
        output.Split('\n').Where(line => !line.StartsWith('[')).Select(line => line.TrimEnd());

    private static string[] Named(string[] verb, string run) =>
        [.. verb.Select(word => word.Replace("RUN", run, StringComparison.Ordinal))];

    private async Task<Ended[]> Launch(int ranks, string[] arguments)
    {
        var port = FreePort.Find().ToString(CultureInfo.InvariantCulture);
        return await System.Threading.Tasks.Task.WhenAll(Enumerable.Range(0, ranks).Select(rank => _first.Run(
            "Quickstart", arguments, new Dictionary<string, string?>
            {
                ["RANK"] = rank.ToString(CultureInfo.InvariantCulture),
                ["WORLD_SIZE"] = ranks.ToString(CultureInfo.InvariantCulture),
                ["MASTER_PORT"] = port,
            })));
    }

    /// <summary>What evaluation and analysis have written, without the run's name.</summary>
    private SortedDictionary<string, string> Written(string run)
    {
        var folder = _first.PathOf("runs", run);
        return new(Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) is { } name
                && (name.StartsWith("evaluation", StringComparison.Ordinal) || name.StartsWith("analysis", StringComparison.Ordinal)
                    || name.StartsWith("comparison", StringComparison.Ordinal) || name is "result.json" or "results.json"))
            .ToDictionary(file => Path.GetRelativePath(folder, file), File.ReadAllText), StringComparer.Ordinal);
    }
}
