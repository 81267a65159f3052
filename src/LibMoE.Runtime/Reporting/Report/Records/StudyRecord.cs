using LibMoE.Runtime.Reporting.Index;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Reporting.Report.Records;

/// <summary>What a run folder holds: everything that a report is made of.</summary>
internal sealed record StudyRecord
{
    /// <summary>The folder's name.</summary>
    public required string Name { get; init; }

    /// <summary>The means over seeds; null until a run has ended well.</summary>
    public StudyResults? Results { get; init; }

    /// <summary>The models on evaluation tasks; null where none was asked for.</summary>
    public EvaluationComparison? Evaluation { get; init; }

    /// <summary>Which tracker's export it was made of; null for a run of a program of ours.</summary>
    public ImportedRun? Imported { get; init; }

    /// <summary>What the study's preset asked, and the answer; null for a plain comparison.</summary>
    public PresetAnswer? Answer { get; init; }

    /// <summary>The runs, by variant in the order of <see cref="Results"/> (the baseline first where there are
    /// none), then by seed.</summary>
    public required IReadOnlyList<CellRecord> Cells { get; init; }

    /// <summary>The variants of planned runs that have not begun, one a run.</summary>
    public IReadOnlyList<string> NotBegun { get; init; } = [];

    /// <summary>Files that could not be read, one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>The variants' names in the order of <see cref="Cells"/>.</summary>
    public IReadOnlyList<string> Variants => [.. Cells.Select(cell => cell.Variant).Distinct()];

    /// <summary>Whether language models were trained.</summary>
    public bool IsText => Cells.All(cell => cell.Config?.Learner is null);

    /// <summary>What losses are counted in.</summary>
    public string LossUnit => IsText
        ? "nats per token"
        : Finished.Select(run => run.HeldOut.FirstOrDefault(metric => metric.Name == LearnerMetric.LossName)?.Unit)
        .OfType<string>().FirstOrDefault("nats");

    /// <summary>The runs that ended well.</summary>
    public IReadOnlyList<TrainingResult> Finished => [.. Cells.Select(cell => cell.Result).OfType<TrainingResult>()];

    /// <summary>The runs whose mixtures were analysed.</summary>
    public IReadOnlyList<CellRecord> Analysed => [.. Cells.Where(cell => cell.Analysis is { Blocks.Count: > 0 })];

    /// <summary>
    /// One analysed run of each variant, of its first seed: experts of different seeds have nothing to do with each other, so what is about
    /// single experts is shown for one.
    /// </summary>
    public IReadOnlyList<CellRecord> AnalysedOnce => [.. Analysed.DistinctBy(cell => cell.Variant)];

    /// <summary>The runs that stand so.</summary>
    public IReadOnlyList<CellRecord> With(CellStatus status) => [.. Cells.Where(cell => cell.Status == status)];
}
