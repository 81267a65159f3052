using LibMoE.Runtime.Evaluation.Reading;

namespace LibMoE.Runtime;

/// <summary>Data of evaluation tasks that is in no data folder. The message names each task's files and where they come from.</summary>
public sealed class MissingDataException : Exception
{
    /// <summary>No packaging of these tasks was found.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="cache">Where was looked.</param>
    /// <param name="reason">Why it was not downloaded; null where that was not tried.</param>
    /// <param name="cause">The exception behind it, if any.</param>
    public MissingDataException(IReadOnlyList<EvaluationTask> tasks, DataCache cache, string? reason = null, Exception? cause = null)
        : this(tasks, cache, images: true, reason, cause)
    {
    }

    /// <summary>The same, with or without the files of images.</summary>
    internal MissingDataException(IReadOnlyList<EvaluationTask> tasks, DataCache cache, bool images, string? reason, Exception? cause)
        : base(Text(tasks, cache, images, reason), cause) => Tasks = tasks;

    /// <summary>The tasks.</summary>
    public IReadOnlyList<EvaluationTask> Tasks { get; }

    private static string Text(IReadOnlyList<EvaluationTask> tasks, DataCache cache, bool images, string? reason) =>
        $"{(reason is null ? "" : $"{reason}; ")}missing in {string.Join(", ", cache.Folders)}: "
            + string.Join("; ", tasks.Select(task => Describe(task, images))) + ".";

    private static string Describe(EvaluationTask task, bool images)
    {
        var files =
            task.Sources.Select(source =>
            string.Join(" and ", TaskFiles.Needed(source, development: false, images).Select(file => file.Path).Distinct()));
        var (from, access) = (task.Homepage is null ? "" : $", from {task.Homepage}", task.Access is null ? "" : $"; {task.Access}");
        return $"{task.Name} ({string.Join(" or ", files.Distinct())}{from}{access})";
    }
}
