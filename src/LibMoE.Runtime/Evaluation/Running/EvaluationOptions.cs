using LibMoE.Runtime.Common;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>What is evaluated, and how; configuration section <c>Evaluation</c>.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Names of tasks and paths of task files (.json), separated by commas. Empty: none, so that a study trains only.</summary>
    public string Tasks { get; init; } = "";

    /// <summary>The checkpoints or run folders that the verb <c>evaluate</c> evaluates, separated by commas.</summary>
    public string Checkpoint { get; init; } = "";

    /// <summary>Of a run folder, how many seeds of every variant, the lowest first; null takes all.</summary>
    public int? Seeds { get; init; }

    /// <summary>At most that many items of a task, spread evenly over its data; null takes all.</summary>
    public int? Limit { get; init; }

    /// <summary>How many examples of the development split stand before each question.</summary>
    public int Shots { get; init; }

    /// <summary>Which examples: 0 takes the first ones of the item's group, any other number draws them.</summary>
    public int ShotSeed { get; init; }

    /// <summary>Experts that no token picks: <c>3</c> in every MoE layer, <c>1:3</c> in MoE layer 1, separated by commas; empty
    /// forbids none.</summary>
    public string Veto { get; init; } = "";

    /// <summary>Experts that every token picks, written as those of <see cref="Veto"/>; empty forces none.</summary>
    public string Force { get; init; } = "";

    /// <summary>The number type of the computation: Float32 or BFloat16.</summary>
    public ScalarType Precision { get; init; } = ScalarType.Float32;

    /// <summary>How many tokens a batch has at most; null chooses by the vocabulary, so that a batch's logits take about 32 MB.</summary>
    public int? BatchTokens { get; init; }

    /// <summary>Whether the tokens that the options of a question share are computed once.</summary>
    public bool SharePrefixes { get; init; } = true;

    /// <summary>Scores every sequence in a call of its own; also scores layers that are not causal, which are refused otherwise.</summary>
    public bool OneByOne { get; init; }

    /// <summary>Asks the questions of tasks with images without these: what a model knows without looking.</summary>
    public bool QuestionOnly { get; init; }

    /// <summary>Counts malformed items as refused, where they are an error otherwise.</summary>
    public bool RefuseMalformed { get; init; }

    /// <summary>Never downloads: data that is not there is an error.</summary>
    public bool Offline { get; init; }

    /// <summary>Whether every item's answer is written too, in lm-evaluation-harness' samples files.</summary>
    public bool Samples { get; init; }

    /// <summary>Where finished evaluations are kept, so that none is computed twice; empty takes <c>evaluations</c> in
    /// the data folder.</summary>
    public string Cache { get; init; } = "";

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        AtLeast(1, nameof(Limit), Limit);
        AtLeast(1, nameof(Seeds), Seeds);
        AtLeast(1, nameof(BatchTokens), BatchTokens);
        AtLeast(0, nameof(Shots), Shots);
        Names(nameof(Veto), Veto);
        Names(nameof(Force), Force);
        if (Precision is not (ScalarType.Float32 or ScalarType.BFloat16))
        {
            problems.Add($"Evaluation:Precision is {Precision}; it must be Float32 or BFloat16.");
        }

        return problems;

        void Names(string key, string names)
        {
            if (names.Length > 0 && ExpertName.TryParse(names) is null)
            {
                problems.Add($"Evaluation:{key} is '{names}'; it must list experts such as 3, of every MoE layer, or 1:3, of layer 1, "
                    + "separated by commas.");
            }
        }

        void AtLeast(int least, string key, int? value)
        {
            if (value < least)
            {
                problems.Add($"Evaluation:{key} is {value}; it must be at least {least}.");
            }
        }
    }

    /// <summary>The tasks.</summary>
    /// <exception cref="ConfigurationException">A name is no task's.</exception>
    /// <exception cref="EvaluationDataException">A task file is no task record.</exception>
    public IReadOnlyList<EvaluationTask> FindTasks()
    {
        var names = TaskNames.Distinct().ToList();
        var known = KnownTasks.All.Select(task => task.Name).ToList();
        ConfigurationException.ThrowIfAny(
        [
            .. names.Where(name => !known.Contains(name) && !name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)).Select(wrong =>
                $"Evaluation:Tasks names '{wrong}', which is not a task; {NearestName.Advice(wrong, known)}; a task of your own is the "
                    + "path of its .json file."),
        ]);
        return [.. names.Select(KnownTasks.Get)];
    }

    /// <summary>What <see cref="Veto"/> and <see cref="Force"/> ask of the models' experts.</summary>
    internal ExpertOrder Order => new() { Vetoed = ExpertName.TryParse(Veto) ?? [], Forced = ExpertName.TryParse(Force) ?? [] };

    /// <summary>The folders of the task files.</summary>
    internal IReadOnlyList<string> TaskFolders =>
        [.. TaskNames.Where(File.Exists).Select(path => Path.GetDirectoryName(Path.GetFullPath(path))!).Distinct()];

    private string[] TaskNames => Tasks.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    internal ReadingOptions Reading =>
        new() { Limit = Limit, Shots = Shots, ShotSeed = ShotSeed, RefuseMalformed = RefuseMalformed, QuestionOnly = QuestionOnly };

    /// <summary><see cref="BatchTokens"/>, resolved.</summary>
    internal int TokensOfBatch(int vocabulary) => BatchTokens ?? Math.Clamp((1 << 23) / vocabulary, 512, 1 << 15);
}
