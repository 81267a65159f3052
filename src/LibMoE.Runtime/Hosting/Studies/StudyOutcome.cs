using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>The results of a study so far.</summary>
internal sealed class StudyOutcome
{
    /// <summary>The results, in the order of the cells.</summary>
    public List<TrainingResult> Finished { get; } = [];

    /// <summary>The cells that failed, and why.</summary>
    public List<(StudyCell Cell, string Reason)> Failed { get; } = [];

    /// <summary><see cref="Runtime.ExitCode.Done"/>, or <see cref="Runtime.ExitCode.Failed"/> if a run failed.</summary>
    public int ExitCode => Failed.Count == 0 ? Runtime.ExitCode.Done : Runtime.ExitCode.Failed;

    /// <summary>The content of <c>results.json</c>; there is at least one result.</summary>
    public StudyResults Results(PreparedStudy study) =>
        StudyResults.Of(Finished, Finished[0].Machine ?? MachineInfo.Current(), study.Cells[0].Source.Data) with
        {
            Baselines = study.Cells[0].Source.Baselines is { Count: > 0 } baselines ? [.. baselines.Select(BaselineResult.Of)] : null,
        };
}
