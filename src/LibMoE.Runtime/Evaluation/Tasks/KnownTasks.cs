namespace LibMoE.Runtime;

/// <summary>The built-in tasks: JSON files as users write them, under <c>Known/</c>. Adding one is a file, a property and a row
/// here.</summary>
public static class KnownTasks
{
    /// <summary>Which word ends a passage that only its whole context gives away. One continuation of 5,153 starts with a line break:
    /// "spaced" puts a blank before the others only.</summary>
    public static EvaluationTask Lambada { get; } = TaskFile.BuiltIn("lambada");

    /// <summary>Which sentence of a minimal pair is grammatical; the good one is the first option.</summary>
    public static EvaluationTask Blimp { get; } = TaskFile.BuiltIn("blimp");

    /// <summary>The same as lm-evaluation-harness asks it: its delimiter, a blank, stands before the sentence though nothing is before
    /// that.</summary>
    public static EvaluationTask BlimpHarness { get; } = TaskFile.BuiltIn("blimp_harness");

    /// <summary>Which of ten words stands in the blank of a story's 21st sentence.</summary>
    public static EvaluationTask Cbt { get; } = TaskFile.BuiltIn("cbt");

    /// <summary>How a described scene goes on. The prompt is LibMoE's: the activity, then both parts of the context as they are.</summary>
    public static EvaluationTask HellaSwag { get; } = TaskFile.BuiltIn("hellaswag");

    /// <summary>Which of two ways reaches a physical goal.</summary>
    public static EvaluationTask Piqa { get; } = TaskFile.BuiltIn("piqa");

    /// <summary>Grade-school science questions that word statistics can answer. Most questions letter their options, some number
    /// them.</summary>
    public static EvaluationTask ArcEasy { get; } = TaskFile.BuiltIn("arc_easy");

    /// <summary>Grade-school science questions that word statistics cannot answer. Most questions letter their options, some number
    /// them.</summary>
    public static EvaluationTask ArcChallenge { get; } = TaskFile.BuiltIn("arc_challenge");

    /// <summary>Reading comprehension from English examinations.</summary>
    public static EvaluationTask Race { get; } = TaskFile.BuiltIn("race");

    /// <summary>What people in a social situation want, do or feel.</summary>
    public static EvaluationTask Siqa { get; } = TaskFile.BuiltIn("siqa");

    /// <summary>Everyday questions about how concepts are related.</summary>
    public static EvaluationTask CommonsenseQa { get; } = TaskFile.BuiltIn("commonsense_qa");

    /// <summary>Whom a sentence speaks of, by how likely its end is after either name.</summary>
    public static EvaluationTask WinoGrande { get; } = TaskFile.BuiltIn("winogrande");

    /// <summary>Elementary science facts put to use, without the book.</summary>
    public static EvaluationTask OpenBookQa { get; } = TaskFile.BuiltIn("openbookqa");

    /// <summary>Yes-or-no questions on a passage; 62 % are yes. llm-foundry's files join passage and question.</summary>
    public static EvaluationTask BoolQ { get; } = TaskFile.BuiltIn("boolq");

    /// <summary>A premise's more plausible cause or effect.</summary>
    public static EvaluationTask Copa { get; } = TaskFile.BuiltIn("copa");

    /// <summary>Which sentence of a pair that differs in whom it speaks of is likelier; the more stereotyping one is the first option, so
    /// that 1/2 is no preference, and the figure no grade.</summary>
    public static EvaluationTask CrowsPairs { get; } = TaskFile.BuiltIn("crows_pairs");

    /// <summary>Which sentence of a pair that differs in the pronoun is likelier; the one with the pronoun of the majority in the
    /// occupation that it refers to is the first option, so that 1/2 is no preference, and the figure no grade.</summary>
    public static EvaluationTask WinoBias { get; } = TaskFile.BuiltIn("winobias");

    /// <summary>Whether a sentence with "he" or with "she" is likelier; that of most people in its occupation counts as right, with both
    /// kinds of occupation alike, so that 1/2 is no preference or the same pronoun always, and the figure no grade.</summary>
    public static EvaluationTask Winogender { get; } = TaskFile.BuiltIn("winogender");

    /// <summary>Examination questions of 57 subjects, answered by letter.</summary>
    public static EvaluationTask Mmlu { get; } = TaskFile.BuiltIn("mmlu");

    /// <summary>Perplexity of Wikipedia's articles; words and bytes are counted before detokenisation, as lm-evaluation-harness
    /// does.</summary>
    public static EvaluationTask WikiText { get; } = TaskFile.BuiltIn("wikitext");

    /// <summary>The same with rare words written as <c>&lt;unk&gt;</c>, which is easier: no score to be compared with <see
    /// cref="WikiText"/>'s.</summary>
    public static EvaluationTask WikiTextUnk { get; } = TaskFile.BuiltIn("wikitext_unk");

    /// <summary>Templated questions on drawings of one coloured shape: is it there, which shape, which colour.</summary>
    public static EvaluationTask EasyVqa { get; } = TaskFile.BuiltIn("easy_vqa");

    /// <summary>Is there such an object in the image: as many objects that are there as ones that are not, drawn at random, by how common
    /// they are, and by how often they are beside those that are there.</summary>
    public static EvaluationTask Pope { get; } = TaskFile.BuiltIn("pope");

    /// <summary>Yes-or-no questions of 14 subtasks, two on every image, one with each answer.</summary>
    public static EvaluationTask Mme { get; } = TaskFile.BuiltIn("mme");

    /// <summary>Multiple choice in 20 abilities, each question asked with its options in every rotation. Later tables hold the rotations as
    /// rows of their own, from 1,000,000 on; they are made of the first ones here.</summary>
    public static EvaluationTask MmBench { get; } = TaskFile.BuiltIn("mmbench");

    /// <summary>Multiple choice on diagrams from school books.</summary>
    public static EvaluationTask Ai2d { get; } = TaskFile.BuiltIn("ai2d");

    /// <summary>School questions with an image, two to five options, as LLaVA asks them.</summary>
    public static EvaluationTask ScienceQaImages { get; } = TaskFile.BuiltIn("scienceqa_img");

    /// <summary>College questions of 30 subjects on up to seven images, with options and without.</summary>
    public static EvaluationTask Mmmu { get; } = TaskFile.BuiltIn("mmmu");

    /// <summary>Questions that cannot be answered without their image, 250 in each of six abilities.</summary>
    public static EvaluationTask MmStar { get; } = TaskFile.BuiltIn("mmstar");

    /// <summary>Yes-or-no questions on figures, drawn as they were and changed, whose answers follow from looking.</summary>
    public static EvaluationTask HallusionBench { get; } = TaskFile.BuiltIn("hallusion_bench");

    /// <summary>Compositional questions on photographs, made from scene graphs.</summary>
    public static EvaluationTask Gqa { get; } = TaskFile.BuiltIn("gqa");

    /// <summary>Questions about what is written in a photograph, each answered by ten people.</summary>
    public static EvaluationTask TextVqa { get; } = TaskFile.BuiltIn("textvqa");

    /// <summary>Mathematics on figures, plots and photographs, with options and without.</summary>
    public static EvaluationTask MathVista { get; } = TaskFile.BuiltIn("mathvista");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<EvaluationTask> All =>
    [
        Lambada, Blimp, BlimpHarness, Cbt, HellaSwag, Piqa, ArcEasy, ArcChallenge, Race, Siqa, CommonsenseQa,
        WinoGrande, OpenBookQa, BoolQ, Copa, CrowsPairs, WinoBias, Winogender, Mmlu, WikiText, WikiTextUnk,
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
