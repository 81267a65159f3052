using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Sections;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Tests.Reporting.Report;

/// <summary>A run folder is read whatever state it is in.</summary>
public sealed class RecordReaderTests : IDisposable
{
    private readonly SampleStudy _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Planned_runs_that_have_not_begun_are_counted()
    {
        using var folder = new SampleStudy();
        folder.Finished("Dense", 0, 2).Unfinished("Smoe", 0, 3);
        File.WriteAllLines(Path.Combine(folder.Path, "cells.jsonl"), new[] { "Dense", "Smoe", "Other" }.Index().Select(cell =>
            $$"""{"index":{{cell.Index}},"variant":"{{cell.Item}}","seed":0,"settings":{},"folder":"{{cell.Item}}/seed-0","hash":"00"}"""));

        Assert.Equal(["Other"], folder.Read().NotBegun);
        Assert.Equal("3 variants, 3 runs: 1 finished, 1 not finished, 1 not begun.", StudyStatus.Of(folder.Read()).Text);
    }

    [Fact]
    public void Runs_are_in_the_order_of_the_results_and_then_of_seeds()
    {
        _folder.Finished("Zeta", 1, 2).Finished("Dense", 0, 2).Finished("Zeta", 0, 2);

        Assert.Equal([("Zeta", 0L), ("Zeta", 1L), ("Dense", 0L)], _folder.Read().Cells.Select(cell => (cell.Variant, cell.Seed)));
    }

    [Fact]
    public void How_far_each_run_came_is_told_by_its_files()
    {
        _folder.Finished("Dense", 0, 2)
            .Unfinished("Smoe", 0, 3).Failed("Other", 0, "System.InvalidOperationException: It broke.\n   at Somewhere");
        var cells = _folder.Read().Cells.ToDictionary(cell => cell.Variant);

        Assert.Equal(CellStatus.Finished, cells["Dense"].Status);
        Assert.Equal(CellStatus.Unfinished, cells["Smoe"].Status);
        Assert.Equal(3, cells["Smoe"].Progress.Count);
        Assert.Equal(CellStatus.Failed, cells["Other"].Status);
        Assert.Equal("It broke.", cells["Other"].Reason);
    }

    [Fact]
    public void A_line_that_is_still_being_written_is_left_for_later()
    {
        _folder.Unfinished("Smoe", 0, 3);
        File.AppendAllText(Path.Combine(_folder.Path, "Smoe", "seed-0", "metrics.jsonl"), "{\"step\":40,\"st");

        Assert.Equal([10, 20, 30], _folder.Read().Cells.Single().Progress.Select(report => report.Step));
        Assert.Empty(_folder.Read().Problems);
    }

    [Fact]
    public void A_damaged_file_is_named_and_does_not_hide_the_others()
    {
        _folder.Finished("Dense", 0, 2).Finished("Smoe", 0, 2);
        _folder.Write("Smoe", 0, CellFiles.Result, "{\"name\":");
        var study = _folder.Read();

        Assert.Single(study.Finished);
        Assert.Contains(Path.Combine("Smoe", "seed-0", "result.json"), Assert.Single(study.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoints_below_a_run_are_not_taken_for_runs()
    {
        _folder.Finished("Dense", 0, 2);
        var checkpoint = Directory.CreateDirectory(Path.Combine(_folder.Path, "Dense", "seed-0", "checkpoints", "step-60")).FullName;
        File.WriteAllText(Path.Combine(checkpoint, "config.json"), "{}");

        Assert.Single(_folder.Read().Cells);
    }
}
