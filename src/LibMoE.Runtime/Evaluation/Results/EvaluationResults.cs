using System.Text.Json;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Models;

namespace LibMoE.Runtime;

/// <summary>A model's figures on tasks: the content of <c>evaluation.json</c>. It holds no times:
/// the same evaluation gives the same bytes.</summary>
public sealed record EvaluationResults
{
    /// <summary>The file's name in the folder of a run or of a cell.</summary>
    public const string FileName = "evaluation.json";

    /// <summary>The version of this layout.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of the checkpoint.</summary>
    public required string ModelSha256 { get; init; }

    /// <summary>SHA-256 of weights, declaration and backbone: two models with equal weights and other gates differ here.
    /// Null in a file from before it was noted.</summary>
    public string? ModelIdentity { get; init; }

    /// <summary>SHA-256 of the tokenizer.</summary>
    public required string TokenizerSha256 { get; init; }

    /// <summary>The number type of the computation.</summary>
    public required string Precision { get; init; }

    /// <summary>Where it was computed.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>How many tokens the model takes.</summary>
    public required int Context { get; init; }

    /// <summary>Why sequences were scored one by one; null where they were not.</summary>
    public string? OneByOne { get; init; }

    /// <summary>How the model lets a token see others of its call, later ones included; absent where it does not.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public string? SeesOtherTokens { get; init; }

    /// <summary>The tasks, in the order in which they were asked for.</summary>
    public required IReadOnlyList<TaskResult> Tasks { get; init; }

    /// <summary>The figures of a model's outcomes.</summary>
    public static EvaluationResults Of(
        IScorer scorer, IEnumerable<(EvaluationTask Task, TaskOutcome Outcome)> outcomes, EvaluationOptions options) => new()
        {
            Model = scorer.Name,
            ModelSha256 = scorer.Sha256,
            ModelIdentity = scorer.Identity,
            TokenizerSha256 = scorer.Tokenizer.Hash,
            Precision = scorer.Precision,
            Device = scorer.Device,
            Context = scorer.Context,
            OneByOne = scorer.Batching.Kind != BatchKind.Together ? scorer.Batching.Reason : options.OneByOne ? "asked for" : null,
            SeesOtherTokens = TokenInfluence.Of(scorer.Batching),
            Tasks = [.. outcomes.Select(pair => TaskResult.Of(pair.Task, pair.Outcome, options.Shots, options.QuestionOnly))],
        };

    /// <summary>Each task's own metric by name, for <c>results.json</c>.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyDictionary<string, double> Scores => Tasks.ToDictionary(task => task.Label, task => task.Score.Value);

    /// <summary>These figures and those that an earlier evaluation of the same model left, of other tasks.</summary>
    internal EvaluationResults With(EvaluationResults? earlier) =>
        earlier is null
            || earlier.ModelIdentity != ModelIdentity || earlier.ModelSha256 != ModelSha256 || earlier.TokenizerSha256 != TokenizerSha256
            ? this
            : this with
            {
                Tasks =
                [
                    .. earlier.Tasks.Where(task => Tasks.All(mine => mine.Task != task.Task))
                        .Select(task => (task.Precision ?? earlier.Precision) is var type && type == Precision
                            ? task with { Precision = null }
                            : task with { Precision = type }),
                    .. Tasks,
                ],
            };

    /// <summary>What an earlier evaluation left in a folder; null where there is none that can be read.</summary>
    internal static EvaluationResults? Find(string folder)
    {
        try
        {
            return File.Exists(Path.Combine(folder, FileName)) ? Read(folder) : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Reads a folder's <c>evaluation.json</c>.</summary>
    /// <exception cref="InvalidDataException">The file does not hold an evaluation.</exception>
    public static EvaluationResults Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return JsonSerializer.Deserialize<EvaluationResults>(File.ReadAllText(path), RunJson.Indented)
                ?? throw new JsonException("The file is empty.");
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException($"{path} does not hold an evaluation: {wrong.Message}", wrong);
        }
    }

    /// <summary>The text of the file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RunJson.Indented);
}
