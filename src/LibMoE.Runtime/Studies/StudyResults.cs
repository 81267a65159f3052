using System.Text.Json;
using System.Text.Json.Serialization;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime;

/// <summary>The content of <c>results.json</c>.</summary>
public sealed record StudyResults
{
    /// <summary>The file's name in a run folder.</summary>
    public const string FileName = "results.json";

    /// <summary>The version of this layout.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The variants with at least one finished seed; the dense baseline is the one named <c>Dense</c>.</summary>
    public required IReadOnlyList<VariantResult> Variants { get; init; }

    /// <summary>Simple methods on the same held-out examples; absent where a learner has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<BaselineResult>? Baselines { get; init; }

    /// <summary>Where the study ran.</summary>
    public required MachineInfo Machine { get; init; }

    /// <summary>What was trained on.</summary>
    public required CorpusIdentity Corpus { get; init; }

    /// <summary>Gathers finished runs.</summary>
    /// <param name="finished">In any order; variants keep the order of their first run.</param>
    /// <param name="machine">Where they ran.</param>
    /// <param name="corpus">What they were trained on.</param>
    public static StudyResults Of(IEnumerable<TrainingResult> finished, MachineInfo machine, Corpus corpus) =>
        Of(finished, machine, new CorpusIdentity(corpus.Name, corpus.Sha256));

    /// <summary>Gathers finished runs.</summary>
    /// <param name="finished">In any order; variants keep the order of their first run.</param>
    /// <param name="machine">Where they ran.</param>
    /// <param name="corpus">What they were trained on.</param>
    public static StudyResults Of(IEnumerable<TrainingResult> finished, MachineInfo machine, CorpusIdentity corpus) => new()
    {
        Variants = [.. finished.GroupBy(result => result.Label).Select(VariantResult.Of)],
        Machine = machine,
        Corpus = corpus,
    };

    /// <summary>Reads a run folder's <c>results.json</c>.</summary>
    /// <exception cref="InvalidDataException">The file does not hold results.</exception>
    public static StudyResults Read(string runFolder)
    {
        var path = Path.Combine(runFolder, FileName);
        try
        {
            return JsonSerializer.Deserialize<StudyResults>(File.ReadAllText(path), RunJson.Indented)
                ?? throw new JsonException("The file is empty.");
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException($"{path} does not hold the results of a study: {wrong.Message}", wrong);
        }
    }

    /// <summary>The text of the file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RunJson.Indented);
}
