using LibMoE.Runtime.Hosting.Studies.Presets;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>The options that several verbs share, in groups: the same name sets the same key everywhere.</summary>
internal static class VerbOptions
{
    /// <summary>What a model can be named by, in a sentence.</summary>
    public const string AnyModel =
        "a checkpoint, run, adapters, llama2.c or GGUF file, Hugging Face folder, or published model (hf:owner/name@revision).";

    /// <summary>The same, as a sentence.</summary>
    public const string ModelPath =
        "A checkpoint, run, adapters, llama2.c or GGUF file, Hugging Face folder, or published model (hf:owner/name@revision).";

    /// <summary>Where the run is written.</summary>
    public static IReadOnlyList<VerbOption> Run { get; } =
    [
        new("--name", "Run:Name", "NAME",
            "The run's folder name; it must be free. [default: the program's or variant's name, with -2, -3, … if taken]"),
        new("--runs", "Run:Folder", "FOLDER", "The folder of all runs. [default: runs]"),
    ];

    /// <summary>Where to compute.</summary>
    public static VerbOption Device { get; } =
        new("--device", "Run:Device", "NAME", "Where to train: cpu, cuda or cuda:N. [default: a graphics card where there is one]");

    /// <summary>A run that is there already, or that several processes share.</summary>
    public static IReadOnlyList<VerbOption> ExistingRun { get; } =
    [
        new("--name", "Run:Name", "NAME", "The run's folder name."),
        Run[1],
    ];

    /// <summary>Continues a run.</summary>
    public static VerbOption Resume { get; } =
        new("--resume", "Run:Resume", "", "Continue the run that --name names: what is finished stays.");

    /// <summary>What may differ from the run that is continued.</summary>
    public static VerbOption AllowChange { get; } = new(
        "--allow-change", "Run:AllowChange", "KEY,…",
        "With --resume: settings that may differ from those of the run, such as Training:Steps. [default: none]");

    /// <summary>What of a program's own learner may differ from what a cell of it was trained with.</summary>
    public static VerbOption AllowLearnerChange { get; } = new(
        "--allow-change", "Run:AllowChange", "KEY,…",
        "Settings of the program's own learner that may differ from those of its cell, such as Learner:Stages. [default: none]");

    /// <summary>Which variants and seeds.</summary>
    public static IReadOnlyList<VerbOption> Study { get; } =
    [
        new("--variants", "Study:Variants", "A,B,…",
            "Only these variants; Dense is the baseline. [default: Dense and all that are declared]"),
        new("--seeds", "Study:Seeds", "N", "How many seeds each variant is trained with. [default: 1]"),
    ];

    /// <summary>A study with a question of its own.</summary>
    public static VerbOption Preset { get; } = new(
        "--preset", StudyPresets.Key, "NAME",
        $"A study with a question: {string.Join(" ", StudyPresets.All.Select(preset => $"[{preset.Name}] {preset.Question}"))}");

    /// <summary>What to train on.</summary>
    public static IReadOnlyList<VerbOption> Corpus { get; } =
    [
        new("--corpus", "Corpus:Path", "PATH",
            "A file or a folder of them: text, JSON lines, Parquet, .gz. [default: the .NET SDK's documentation]"),
    ];

    /// <summary>What makes text into tokens, where a model is begun.</summary>
    public static IReadOnlyList<VerbOption> Tokenizer { get; } =
    [
        new("--tokenizer", "Corpus:Tokenizer", "NAME",
            "bytes, gpt2, cl100k_base, o200k_base, bpe:N, or the path of a vocabulary. [default: bytes]"),
    ];

    /// <summary>How to train.</summary>
    public static IReadOnlyList<VerbOption> Training { get; } =
    [
        new("--steps", "Training:Steps", "N", "Optimiser steps. [default: 600]"),
        new("--batch", "Training:Batch", "N", "Sequences of a step. [default: 16]"),
        new("--sequence-length", "Training:SequenceLength", "N", "Tokens of a sequence. [default: 64]"),
        new("--learning-rate", "Training:LearningRate", "X", "The peak learning rate. [default: 0.005]"),
        new("--threads", "Training:Threads", "N", "Threads to compute with. [default: 1 for small steps, else one per physical core]"),
    ];

    /// <summary>How a model that was made of another is trained on; the verb has <c>--steps</c> of its own, which may be 0.</summary>
    public static IReadOnlyList<VerbOption> TrainingOn { get; } =
        [.. Corpus, .. Training.Where(option => option.Name != "--steps"), Device, .. Run, Resume, AllowChange];

    /// <summary>The sections that such a verb reads.</summary>
    /// <param name="options">All its options.</param>
    public static IReadOnlyList<string> TrainingOnSections(IEnumerable<VerbOption> options) =>
        [.. options.Select(option => option.Key.Split(':')[0]).Distinct(), "Analysis", "Evaluation", "Tracking", "Watch"];

    /// <summary>The sections that verbs read which train.</summary>
    public static IReadOnlyList<string> TrainingSections { get; } =
        ["Model", "Training", "Corpus", "Study", "Run", "Analysis", "Evaluation", "Tracking", "Watch", "Ranks"];

    /// <summary>What <c>--quick</c> means for verbs that train.</summary>
    public static IReadOnlyDictionary<string, string?> QuickTraining { get; } = new Dictionary<string, string?>
    {
        ["Study:Seeds"] = "1",
        ["Training:Steps"] = "60",
        ["Training:Warmup"] = "10",
        ["Training:ValidationSequences"] = "64",
    };
}
