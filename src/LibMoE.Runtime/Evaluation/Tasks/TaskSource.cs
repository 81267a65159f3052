namespace LibMoE.Runtime;

/// <summary>
/// One packaging of a task's items: the files and how a row becomes the fields that the task's templates name. A task lists several
/// where the same items are passed around in different forms.
/// </summary>
public sealed record TaskSource
{
    /// <summary>The field of a row's label.</summary>
    internal const string LabelField = "$label";

    /// <summary>The field of the row beside a row.</summary>
    internal const string BesideField = "$beside";

    /// <summary>The files, read in this order.</summary>
    public required IReadOnlyList<SourceFile> Files { get; init; }

    /// <summary>How they are laid out.</summary>
    public required DataFormat Format { get; init; }

    /// <summary>A file with one answer a line, for the rows of the one file in <see cref="Files"/>: the field <c>$label</c>.</summary>
    public SourceFile? Labels { get; init; }

    /// <summary>Files in the same format whose n-th row says something of the n-th row of <see cref="Files"/>: the field <c>$beside</c>, of
    /// which <c>$beside.text</c> is the other row's <c>text</c>. Null: there are none.</summary>
    public IReadOnlyList<SourceFile>? Beside { get; init; }

    /// <summary>How many rows that follow each other are one item, 2 or more: the fields are the first's, and <c>$1.text</c>,
    /// <c>$2.text</c> are those of the rows after it. Null: each row is one of its own.</summary>
    public int? Together { get; init; }

    /// <summary>The development split, in the same format, that few-shot examples come from; empty where there is none.</summary>
    public IReadOnlyList<SourceFile> Development { get; init; } = [];

    /// <summary>Lists of equal length, in JSON or Parquet, that become one row per element, such as a passage's questions, options and
    /// answers.</summary>
    public IReadOnlyList<string> Each { get; init; } = [];

    /// <summary>Where the images lie that the task's <see cref="EvaluationTask.Images"/> name: a .zip, or the folder of that name without
    /// it. Null: the rows hold the images themselves.</summary>
    public SourceFile? Images { get; init; }

    /// <summary>JSON only: the dotted path of what holds the rows, a list or an object by key, which becomes the field <c>$key</c>;
    /// <c>.</c> is the file as an object by key. Null: the file is a row or a list of rows.</summary>
    public string? Rows { get; init; }

    /// <summary>Fields that hold a list as Python writes it, <c>['red', 'blue']</c>, in a text.</summary>
    public IReadOnlyList<string>? Lists { get; init; }

    /// <summary>Which rows belong to the task: templates, and the regular expression that each one's text has to match.</summary>
    public IReadOnlyDictionary<string, string>? Only { get; init; }

    /// <summary>Whether a question is asked once for every rotation of its options (MMBench's circular evaluation): with k options k items,
    /// in the r-th of which each option stands r places earlier. The item's detail <c>rotation</c> is r.</summary>
    public bool? Rotate { get; init; }

    /// <summary>Whether a CSV file starts with its field names.</summary>
    public bool Header { get; init; } = true;

    /// <summary>A line that ends a document of running text; null makes every file one document.</summary>
    public string? Separator { get; init; }

    /// <summary>Fields by name, each a template over the row. A template that is one place alone hands on a list as it is.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();

    /// <summary>A template for the right option: its name if <see cref="AnswerNames"/> is set, else its index from 0.
    /// Null: the first.</summary>
    public string? Answer { get; init; }

    /// <summary>Templates for how <see cref="Answer"/> names the options, in their order.</summary>
    public IReadOnlyList<string>? AnswerNames { get; init; }
}
