namespace LibMoE.Runtime.Evaluation.Tasks;

/// <summary>All templates of a task together.</summary>
internal static class TaskTemplates
{
    /// <summary>The templates of the task and of some of its sources, as they were written.</summary>
    public static IEnumerable<string> Of(EvaluationTask task, IReadOnlyList<TaskSource> sources) =>
        new[] { task.Prompt, task.Target, task.Measured, task.Description, task.Group, task.Unit }.OfType<string>()
            .Concat(task.Choices)
            .Concat(task.Images ?? [])
            .Concat(task.Accepted ?? [])
            .Concat(task.Details?.Values ?? [])
            .Concat(sources.SelectMany(source => source.Only?.Keys ?? []))
            .Concat(sources.SelectMany(source => source.Fields.Values))
            .Concat(sources.SelectMany(source => source.AnswerNames ?? []))
            .Concat(sources.Select(source => source.Answer).OfType<string>());

    /// <summary>The fields that a source's rows are asked for, as dotted paths; fields that the task makes itself are among them.</summary>
    public static IReadOnlySet<string> Fields(EvaluationTask task, TaskSource source) =>
        Of(task, [source]).SelectMany(template => new TaskTemplate(template).Places).Concat(source.Each).Concat(source.Lists ?? [])
            .SelectMany(path => Other(path) is { } there ? new[] { path, there } : [path])
            .ToHashSet();

    /// <summary>What a path asks of another row, <c>text</c> of <c>$beside.text</c> and of <c>$1.text</c>; null where it asks its
    /// own.</summary>
    private static string? Other(string path) =>
        path.Split('.', 2) is [['$', .. var row], var field] && ($"${row}" == TaskSource.BesideField || row.All(char.IsAsciiDigit))
            ? field
            : null;
}
