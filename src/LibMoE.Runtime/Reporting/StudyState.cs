using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Reporting;

/// <summary>Where one run of a study stands; all null before it starts.</summary>
internal sealed record CellState(StudyCell Cell)
{
    public bool Started { get; init; }

    /// <summary>All reports of the run, in order.</summary>
    public List<TrainingProgress> Reports { get; } = [];

    public TrainingProgress? Progress { get; init; }

    public EvaluationProgress? Evaluation { get; init; }

    public TrainingResult? Result { get; init; }

    public string? Failure { get; init; }

    public bool Ended => Result is not null || Failure is not null;

    /// <summary>The state after one more report.</summary>
    public CellState Advanced(TrainingProgress progress)
    {
        Reports.Add(progress);
        return this with { Progress = progress };
    }
}

/// <summary>Where a study stands: what its events add up to.</summary>
internal sealed class StudyState(IReadOnlyList<StudyCell> cells)
{
    private readonly bool _severalSeeds = cells.Select(cell => cell.Seed).Distinct().Count() > 1;
    private readonly Dictionary<StudyCell, int> _numbers = cells.Index().ToDictionary(cell => cell.Item, cell => cell.Index);
    private readonly CellState[] _cells = [.. cells.Select(cell => new CellState(cell))];

    /// <summary>The runs in their order.</summary>
    public IReadOnlyList<CellState> Cells => _cells;

    /// <summary>A run's place in the order, from 1.</summary>
    public int NumberOf(StudyCell cell) => _numbers[cell] + 1;

    /// <summary>The variant's name and a grid's settings, with the seed where there are several.</summary>
    public string Label(StudyCell cell) => _severalSeeds ? cell.ToString() : cell.Label;

    /// <summary>Takes note of what happened.</summary>
    public void Apply(StudyEvent happened)
    {
        ref var cell = ref _cells[_numbers[happened.Cell]];
        cell = happened switch
        {
            CellStarted => cell with { Started = true },
            CellEvaluated { Progress: var progress } => cell with { Evaluation = progress },
            CellAdvanced { Progress: var progress } => cell.Advanced(progress),
            CellFinished { Result: var result } => cell with { Result = result },
            CellSkipped { Result: var result } => cell with { Result = result },
            CellFailed { Reason: var reason } => cell with { Failure = reason },
            _ => cell,
        };
    }

    /// <summary>
    /// How long the rest will take: a run that has begun continues at its own speed, and one that has not takes as long as the same
    /// variant took, or else as long as the runs so far took on average. Null until there is something to go by.
    /// </summary>
    public TimeSpan? Remaining()
    {
        var estimates = _cells.Where(cell => cell.Failure is null).Select(cell => (cell, Total: WholeTime(cell))).ToList();
        var known = estimates.Where(estimate => estimate.Total is not null).ToList();
        if (known.Count == 0)
        {
            return null;
        }

        var average = known.Average(estimate => estimate.Total!.Value);
        var byVariant = known.GroupBy(estimate => estimate.cell.Cell.Label)
            .ToDictionary(group => group.Key, group => group.Average(estimate => estimate.Total!.Value));
        return TimeSpan.FromSeconds(estimates.Where(estimate => !estimate.cell.Ended).Sum(estimate =>
            (estimate.Total ?? byVariant.GetValueOrDefault(estimate.cell.Cell.Label, average))
            - (estimate.cell.Progress?.Elapsed.TotalSeconds ?? 0)));
    }

    private static double? WholeTime(CellState cell) => cell switch
    {
        { Result: { } result } => result.WallSeconds,
        { Progress: { Step: > 0 } at } => at.Elapsed.TotalSeconds * at.Steps / at.Step,
        _ => null,
    };
}
