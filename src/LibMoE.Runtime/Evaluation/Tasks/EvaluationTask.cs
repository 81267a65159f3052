using System.Text.Json.Serialization;

namespace LibMoE.Runtime;

/// <summary>
/// A benchmark as data: where its items are, how an item becomes a prompt and options, and how the answers are counted. Templates hold
/// places in braces, <c>{field}</c> or <c>{field|filter:argument}</c>; see <see cref="TemplateFilters"/>.
/// </summary>
public sealed record EvaluationTask
{
    /// <summary>The name on the command line and in result files: lower-case letters, digits and underscores.</summary>
    public required string Name { get; init; }

    /// <summary>Rises with every change that may change a score; results of different versions are not compared.</summary>
    public required int Version { get; init; }

    /// <summary>The benchmark's name and which part of it this is.</summary>
    public required string Title { get; init; }

    /// <summary>What is asked.</summary>
    public required TaskForm Form { get; init; }

    /// <summary>The packagings that are understood; the first whose files are found is read.</summary>
    public required IReadOnlyList<TaskSource> Sources { get; init; }

    /// <summary>The context. <see cref="TaskForm.WholeText"/>, <see cref="TaskForm.PartialChoice"/> and
    /// <see cref="TaskForm.Text"/> have none.</summary>
    public string? Prompt { get; init; }

    /// <summary>The options: continuations, contexts or whole texts by <see cref="Form"/>. A place that names a list gives one option
    /// per element.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>What stands between a context and what follows it, even where the context is empty: lm-evaluation-harness'
    /// <c>target_delimiter</c>. Null: one blank after a context, unless the text starts with white space;
    /// nothing where there is no context.</summary>
    public string? Delimiter { get; init; }

    /// <summary>The continuation that all contexts share, the word to predict, the running text or the text to generate, by
    /// <see cref="Form"/>.</summary>
    public string? Target { get; init; }

    /// <summary>Running text only: the text whose bytes and words perplexities are divided by; null takes <see cref="Target"/>.</summary>
    public string? Measured { get; init; }

    /// <summary>Stands above the few-shot examples and the prompt.</summary>
    public string? Description { get; init; }

    /// <summary>Stands between few-shot examples.</summary>
    public string ShotSeparator { get; init; } = "\n\n";

    /// <summary>Generation ends before any of these.</summary>
    public IReadOnlyList<string> Until { get; init; } = ["\n"];

    /// <summary>Generation ends after that many tokens.</summary>
    public int MaxTokens { get; init; } = 64;

    /// <summary>The images that a question is about, in the order in which they are shown: templates for a file's name, for base64, or a
    /// field of bytes; a place with a question mark (<c>{image_2?}</c>) may be empty. Null: the task shows none. Only of
    /// <see cref="TaskForm.Generate"/>, without examples.</summary>
    public IReadOnlyList<string>? Images { get; init; }

    /// <summary>How a generated answer is scored; null: it has to equal the target.</summary>
    public AnswerRule? Rule { get; init; }

    /// <summary>All right answers, where there are several beside <see cref="Target"/>; a place that names a list gives one per
    /// element.</summary>
    public IReadOnlyList<string>? Accepted { get; init; }

    /// <summary>What the rule or its metrics ask for beside that, as templates by name: of MathVista <c>questionType</c>, <c>answerType</c>
    /// and <c>precision</c>, of HallusionBench <c>figure</c> and <c>question</c>.</summary>
    public IReadOnlyDictionary<string, string>? Details { get; init; }

    /// <summary>Items with one value of this template are one sample, such as MME's two questions on an image: errors, resamples and
    /// comparisons are over these. Null: every item is one.</summary>
    public string? Unit { get; init; }

    /// <summary>The part of the benchmark that an item belongs to; null where there are no parts.</summary>
    public string? Group { get; init; }

    /// <summary>The metric that stands for the task in tables and averages, such as <c>acc_norm</c>;
    /// see <see cref="MetricNames"/>.</summary>
    public required string Metric { get; init; }

    /// <summary>Whether that is the mean over groups or over items.</summary>
    public MeanKind Mean { get; init; } = MeanKind.Pooled;

    /// <summary>How many options an item has; null where there are none to choose from.</summary>
    public int? Options { get; init; }

    /// <summary>Whether single items may have fewer or more.</summary>
    public bool OptionsVary { get; init; }

    /// <summary>What guessing scores; null where nothing is guessed.</summary>
    public double? Chance { get; init; }

    /// <summary>The paper.</summary>
    public required string Citation { get; init; }

    /// <summary>The data's licence.</summary>
    public required string Licence { get; init; }

    /// <summary>What has to be agreed to or fetched by hand before the data can be used, and where it goes; null where it is fetched by
    /// itself.</summary>
    public string? Access { get; init; }

    /// <summary>Where people find the data.</summary>
    public string? Homepage { get; init; }

    /// <summary>Where an editor finds the schema of a task file; no part of the task.</summary>
    [JsonInclude, JsonPropertyName("$schema")]
    internal string? SchemaAddress { get; init; }
}
