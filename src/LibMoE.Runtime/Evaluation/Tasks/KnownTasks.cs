namespace LibMoE.Runtime;

/// <summary>The built-in tasks, one file each. Adding one is a file and a row here.</summary>
public static partial class KnownTasks
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<EvaluationTask> All =>
    [
        Lambada, Blimp, BlimpHarness, Cbt, HellaSwag, Piqa, ArcEasy, ArcChallenge, Race, Siqa, CommonsenseQa,
        WinoGrande, OpenBookQa, BoolQ, Copa, Mmlu, WikiText, WikiTextUnk,
        EasyVqa, Pope, Mme, MmBench, Ai2d, ScienceQaImages, Mmmu, MmStar, HallusionBench, Gqa, TextVqa, MathVista,
    ];

    /// <summary>The task of a name, or of a JSON file.</summary>
    /// <param name="name">A built-in task's name, or the path of a task's JSON file.</param>
    /// <exception cref="ArgumentException">There is no such task; the message names all there are.</exception>
    /// <exception cref="EvaluationDataException">The file is no task record.</exception>
    public static EvaluationTask Get(string name) => All.FirstOrDefault(task => task.Name == name)
        ?? (name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? TaskFile.Read(name) : null)
        ?? throw new ArgumentException(
            $"There is no evaluation task '{name}'; known are {string.Join(", ", All.Select(task => task.Name))}, and paths of "
                + "task files (.json).");

    /// <summary>The perplexity of any text.</summary>
    /// <param name="name">The task's name: lower-case letters, digits and underscores.</param>
    /// <param name="file">The file, in the data folder or by its full path.</param>
    /// <param name="separator">A line that ends a document; null takes the file as one document.</param>
    public static EvaluationTask AnyText(string name, string file, string? separator = null) => new()
    {
        Name = name,
        Version = 1,
        Title = file,
        Form = TaskForm.Text,
        Sources = [new() { Files = [new(file)], Format = DataFormat.Text, Separator = separator }],
        Target = "{text}",
        Metric = MetricNames.BitsPerByte,
        Citation = "",
        Licence = "",
    };
}
