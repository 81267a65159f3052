using System.Security.Cryptography;
using System.Text.Json;
using LibMoE.Runtime.Reporting.Report.Records;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>A study in cells: planned, shared out, continued, collected.</summary>
public sealed class SharedStudyTests : IDisposable
{
    private static readonly MoeVariant Smoe = MoeVariant.Of<HostedSmoe>();
    private static readonly string[] Rates = ["--Study:Grid:Training:LearningRate=0.001,0.01"];

    private readonly HostedRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_grid_keeps_its_settings_apart_in_folders_and_results()
    {
        Assert.Equal(ExitCode.Done, await _run.Run(["study", .. HostedRun.Tiny([.. Rates, "--name", "one"])]));

        var results = StudyResults.Read("runs/one");
        Assert.Equal(
            ["Dense LearningRate=0.001", "HostedSmoe LearningRate=0.001", "Dense LearningRate=0.01", "HostedSmoe LearningRate=0.01"],
            results.Variants.Select(variant => variant.Name));
        Assert.Equal(["Dense", "HostedSmoe", "Dense", "HostedSmoe"], results.Variants.Select(variant => variant.Variant));
        Assert.Equal(["0.001", "0.001", "0.01", "0.01"], results.Variants.Select(variant => variant.Settings!["Training:LearningRate"]));
        Assert.Equal(4, results.Variants.Select(variant => variant.ValidationLoss).Distinct().Count());
        Assert.Equal(results.Variants.Select(variant => variant.Name).Order(), RecordReader.Read("runs/one").Variants.Order());
        Assert.True(File.Exists("runs/one/HostedSmoe/LearningRate=0.01/seed-0/result.json"));
        Assert.Contains("Each variant at its best of 2 settings, chosen by validation loss: Dense LearningRate=0.01 and",
            Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_manifest_has_a_line_per_cell_with_the_hash_of_its_configuration()
    {
        Assert.Equal(ExitCode.Done, await _run.Run(["study", .. HostedRun.Tiny([.. Rates, "--seeds", "2", "--name", "one"])]));

        var cells = Manifest("one");
        Assert.Equal(Enumerable.Range(0, 8), cells.Select(cell => cell.GetProperty("index").GetInt32()));
        Assert.Equal(8, cells.Select(cell => cell.GetProperty("hash").GetString()).Distinct().Count());
        Assert.All(cells, cell => Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes($"runs/one/{cell.GetProperty("folder").GetString()}/config.json"))),
            cell.GetProperty("hash").GetString()));
    }

    [Fact]
    public async Task Cells_run_one_by_one_in_any_order_give_what_the_study_gives()
    {
        string[] study = [.. HostedRun.Tiny([.. Rates])];
        Assert.Equal(ExitCode.Done, await _run.Run(["study", .. study, "--name", "whole"]));
        Assert.Equal(ExitCode.Done, await _run.Run(["study", "--plan", .. study, "--name", "shared"]));
        Assert.Contains("3: HostedSmoe LearningRate=0.01, seed 0", _run.Output, StringComparison.Ordinal);
        Assert.Equal(["cells.jsonl", "settings.json"], Directory.GetFileSystemEntries("runs/shared").Select(Path.GetFileName).Order());
        Assert.Equal(File.ReadAllText("runs/whole/cells.jsonl"), File.ReadAllText("runs/shared/cells.jsonl"));

        foreach (var index in new[] { 2, 0, 3, 1 })
        {
            Assert.Equal(ExitCode.Done, await _run.Run(["run-cell", "--index", $"{index}", .. study, "--name", "shared"]));
        }

        Assert.False(File.Exists("runs/shared/results.json"));
        Assert.Equal(ExitCode.Done, await _run.Run("collect", "--name", "shared"));
        Assert.Contains("4 of 4 cells written to", _run.Output, StringComparison.Ordinal);
        Assert.Equal(Losses("whole"), Losses("shared"));
    }

    [Fact]
    public async Task The_first_cell_to_run_writes_the_manifest_and_a_done_one_is_not_run_again()
    {
        string[] cell = ["run-cell", "--index", "1", .. HostedRun.Tiny("--name", "shared")];
        Assert.Equal(ExitCode.Done, await _run.Run(cell));
        Assert.Equal(2, Manifest("shared").Count);
        var written = File.GetLastWriteTimeUtc("runs/shared/HostedSmoe/seed-0/result.json");

        Assert.Equal(ExitCode.Done, await _run.Run(cell));

        Assert.Contains("[1/1] HostedSmoe: done before, validation loss ", _run.Output, StringComparison.Ordinal);
        Assert.Equal(written, File.GetLastWriteTimeUtc("runs/shared/HostedSmoe/seed-0/result.json"));
        Assert.Equal(ExitCode.Failed, await _run.Run("collect", "--name", "shared"));
        Assert.Contains("0: Dense, seed 0, not begun", _run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error: --index (Study:Index) is 2; this study has cells 0 to 1.", "--index", "2")]
    [InlineData("error: --index (Study:Index) is not set; it must be the number of a cell, as 'study --plan' lists them.")]
    public async Task A_cell_that_is_not_there_is_refused(string error, params string[] index)
    {
        Assert.Equal(ExitCode.Usage, await _run.Run(["run-cell", .. HostedRun.Tiny(), "--name", "shared", .. index]));
        Assert.Equal([error], _run.Errors);
        Assert.False(_run.LeftARun);
    }

    [Fact]
    public async Task A_cell_of_another_study_is_refused()
    {
        Assert.Equal(ExitCode.Done, await _run.Run(["study", "--plan", .. HostedRun.Tiny("--name", "shared")]));

        Assert.Equal(
            ExitCode.Usage, await _run.Run(["run-cell", "--index", "0", .. HostedRun.Tiny("--name", "shared", "--Training:Clip=2")]));
        Assert.Equal(
            [$"error: Cell 0 of {Path.Combine("runs", "shared", "cells.jsonl")} is Dense, seed 0, made with other settings than these, "
                + "which give Dense, seed 0; use the same settings, or another --name."],
            _run.Errors);
        Assert.Equal(ExitCode.Usage, await _run.Run(["run-cell", "--index", "0", .. HostedRun.Tiny("--name", "shared", "--seeds", "2")]));
        Assert.Contains("has 2 cells, but these settings give 4", Assert.Single(_run.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_continued_study_runs_what_is_missing_and_tries_again_what_failed()
    {
        var made = 0;
        var flaky = Smoe with
        {
            Name = "Flaky",
            Create = shape => made++ == 0 ? throw new InvalidOperationException("It broke once.") : Smoe.Create(shape),
        };
        string[] study = ["study", .. HostedRun.Tiny("--name", "one")];
        Assert.Equal(ExitCode.Failed, await _run.Run([flaky, Smoe], study));
        Assert.True(File.Exists("runs/one/Flaky/seed-0/error.txt"));

        Assert.Equal(ExitCode.Done, await _run.Run([flaky, Smoe], [.. study, "--resume"]));

        Assert.Contains("[1/3] Dense: done before, ", _run.Output, StringComparison.Ordinal);
        Assert.Contains("[2/3] Flaky: 4 steps", _run.Output, StringComparison.Ordinal);
        Assert.Contains("[3/3] HostedSmoe: done before, ", _run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists("runs/one/Flaky/seed-0/error.txt"));
        Assert.Equal(["Dense", "Flaky", "HostedSmoe"], StudyResults.Read("runs/one").Variants.Select(variant => variant.Name));
    }

    [Theory]
    [InlineData("study", "--resume")]
    [InlineData("run-cell", "--index", "1")]
    public async Task A_cell_that_was_left_half_done_goes_on_from_its_checkpoint(params string[] again)
    {
        string[] tiny = [.. HostedRun.Tiny("--name", "one")];
        Assert.Equal(ExitCode.Done, await _run.Run(["study", .. tiny]));
        var before = File.ReadAllText("runs/one/HostedSmoe/seed-0/metrics.jsonl");
        File.Delete("runs/one/HostedSmoe/seed-0/result.json");

        Assert.Equal(ExitCode.Done, await _run.Run([.. again, .. tiny]));

        Assert.Contains("Training continues from step 4, saved in ", _run.Output, StringComparison.Ordinal);
        Assert.True(File.Exists("runs/one/HostedSmoe/seed-0/result.json"));
        Assert.Equal(before, File.ReadAllText("runs/one/HostedSmoe/seed-0/metrics.jsonl"));
    }

    [Fact]
    public async Task A_cell_that_another_process_trains_is_left_to_it()
    {
        Assert.Equal(ExitCode.Done, await _run.Run(["study", "--plan", .. HostedRun.Tiny("--name", "one")]));
        Directory.CreateDirectory("runs/one/Dense/seed-0");
        using var other = RunLock.Take(DiskFiles.Instance, "runs/one/Dense/seed-0");

        Assert.Equal(ExitCode.Failed, await _run.Run(["run-cell", "--index", "0", .. HostedRun.Tiny("--name", "one")]));

        Assert.Contains($"seed-0 is in use by process {Environment.ProcessId} on ", _run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists("runs/one/Dense/seed-0/error.txt"));
    }

    [Fact]
    public async Task A_continued_study_may_grow_but_not_change()
    {
        Assert.Equal(ExitCode.Done, await _run.Run(["study", .. HostedRun.Tiny("--name", "one")]));
        Assert.Equal(ExitCode.Done, await _run.Run(["study", .. HostedRun.Tiny("--name", "one", "--resume", "--seeds", "2")]));
        Assert.All(StudyResults.Read("runs/one").Variants, variant => Assert.Equal(2, variant.Seeds.Count));
        var before = File.ReadAllText("runs/one/cells.jsonl");

        Assert.Equal(ExitCode.Usage, await _run.Run(["study", .. HostedRun.Tiny("--name", "one", "--resume", "--Training:Clip=2")]));

        Assert.Equal(
            ["error: Training:Clip is 2, but the run to be resumed has 1. Change it back, or allow it by --allow-change Training:Clip."],
            _run.Errors);
        Assert.Equal(before, File.ReadAllText("runs/one/cells.jsonl"));
    }

    [Fact]
    public async Task Cells_that_differ_in_tokenizer_or_shares_alone_are_not_taken_for_each_other()
    {
        File.WriteAllText("rows.txt", string.Concat(Enumerable.Range(0, 900).Select(line => $"{line * 7919 % 1013} rows\n\n")));
        string[] domains = ["--Corpus:Domains:0:Name=lines", "--Corpus:Domains:0:Path=text.txt", "--Corpus:Domains:1:Name=rows",
            "--Corpus:Domains:1:Path=rows.txt"];
        string[] study =
            ["study", .. HostedRun.Tiny(["--name", "one", "--Model:Vocabulary=300", "--variants", "HostedSmoe", .. domains])[2..]];
        Assert.Equal(ExitCode.Done, await _run.Run([.. study, "--Study:Grid:Corpus:Tokenizer=bytes,bpe:300"]));
        Assert.Equal(2, Manifest("one").Select(cell => cell.GetProperty("hash").GetString()).Distinct().Count());

        Assert.Equal(ExitCode.Usage, await _run.Run(
            [.. study, "--Study:Grid:Corpus:Tokenizer=bytes,bpe:300", "--Corpus:Domains:1:Weight=3", "--resume"]));

        Assert.Equal(["error: Corpus:Domains is lines 0.25, rows 0.75, but the run to be resumed has lines 0.5, rows 0.5. Change it back, "
            + "or allow it by --allow-change Corpus:Domains."], _run.Errors);
    }

    [Theory]
    [InlineData("error: --resume (Run:Resume) finds no run to continue: ", "study", "--resume", "--name", "nowhere")]
    [InlineData("error: --resume (Run:Resume) finds no run to continue: ", "study", "--resume")]
    [InlineData("error: --name (Run:Name) is not set; it must name the run", "collect")]
    [InlineData("error: --name (Run:Name) is 'nowhere', but there is no ", "collect", "--name", "nowhere")]
    public async Task A_run_that_is_not_there_cannot_be_continued(string error, params string[] args)
    {
        Assert.Equal(ExitCode.Usage, await _run.Run(args is ["study", ..] ? [.. args, .. HostedRun.Tiny()] : args));
        Assert.StartsWith(error, Assert.Single(_run.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collect_says_of_every_missing_cell_what_is_the_matter()
    {
        var broken = Smoe with { Name = "Broken", Create = _ => throw new InvalidOperationException("It broke.") };
        Assert.Equal(ExitCode.Failed, await _run.Run([broken, Smoe], ["study", .. HostedRun.Tiny("--name", "one")]));
        File.WriteAllText("runs/one/Dense/seed-0/result.json", "{ half a res");

        Assert.Equal(ExitCode.Failed, await _run.Run("collect", "--name", "one"));

        Assert.Contains(
            "0: Dense, seed 0, has a result that cannot be read or was made with other settings", _run.Output, StringComparison.Ordinal);
        Assert.Contains("1: Broken, seed 0, failed: It broke.", _run.Output, StringComparison.Ordinal);
        Assert.Equal("HostedSmoe", Assert.Single(StudyResults.Read("runs/one").Variants).Name);
    }

    private static List<JsonElement> Manifest(string name) =>
        [.. File.ReadLines($"runs/{name}/cells.jsonl").Select(line => JsonDocument.Parse(line).RootElement)];

    private static IEnumerable<(string, double)> Losses(string name) =>
        StudyResults.Read($"runs/{name}").Variants.Select(variant => (variant.Name, variant.ValidationLoss));

    private string Words() => string.Join(' ', _run.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
