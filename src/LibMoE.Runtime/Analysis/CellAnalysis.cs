using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime;

/// <summary>
/// What is known of the routing of one trained model: the content of a cell's <c>analysis.json</c>. The formulas are in
/// <c>docs/metrics.md</c>.
/// </summary>
public sealed record CellAnalysis
{
    /// <summary>The file's name in a cell's folder.</summary>
    public const string FileName = "analysis.json";

    /// <summary>The cell's own analysis, and those of single checkpoints.</summary>
    internal const string Pattern = "analysis*.json";


    /// <summary>The version of this layout.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The variant's name; <c>Dense</c> for the baseline, which has no blocks here.</summary>
    public required string Variant { get; init; }

    /// <summary>The seed of the run.</summary>
    public required long Seed { get; init; }

    /// <summary>The checkpoint that was analysed, such as <c>step-600</c>; null for the model as training left it.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>SHA-256 of the text that the figures are from; null in a file from before it was noted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CorpusSha256 { get; init; }

    /// <summary>Tokens of the held-out text that the figures of <see cref="Blocks"/> are from.</summary>
    public required long Tokens { get; init; }

    /// <summary>The domains of that text, in the order of all rows over domains.</summary>
    public required IReadOnlyList<DomainSize> Domains { get; init; }

    /// <summary>The kinds of examples, such as types of question, in the order of all rows over kinds; null where there are
    /// none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Kinds { get; init; }

    /// <summary>The MoE blocks, from the first to the last.</summary>
    public required IReadOnlyList<BlockAnalysis> Blocks { get; init; }

    /// <summary>[blocks, blocks] Σ_e min(u_e, u'_e); null where the blocks have no counts.</summary>
    public IReadOnlyList<IReadOnlyList<double>>? LayerSimilarity { get; init; }

    /// <summary>Mean of <see cref="LayerSimilarity"/> (LibMoE's universal score).</summary>
    public double? UniversalScore { get; init; }

    /// <summary>Mean over blocks of the largest similarity with another block (LibMoE's optimistic score).</summary>
    public double? OptimisticScore { get; init; }

    /// <summary>[blocks − 1] the share of a token's picks that the next MoE block picks again by index; empty without counts.</summary>
    public IReadOnlyList<double> LayerOverlap { get; init; } = [];

    /// <summary>How routing changed over training, from the first to the last point; empty where nothing was recorded.</summary>
    public IReadOnlyList<TrainingPoint> Training { get; init; } = [];

    /// <summary>What happens to the loss when routing is disturbed; empty where it was not tried.</summary>
    public IReadOnlyList<PerturbationResult> Perturbations { get; init; } = [];

    /// <summary>Disturbances that the gate leaves no room for, with the reason.</summary>
    public IReadOnlyList<OmittedPerturbation> OmittedPerturbations { get; init; } = [];

    /// <summary>What a training step cost; null where the model was not trained here.</summary>
    public StepCost? Cost { get; init; }

    /// <summary>Texts with the expert of each token, for the text explorer.</summary>
    public IReadOnlyList<TextTrace> Texts { get; init; } = [];

    /// <summary>Pictures with the experts of each patch; null where the model sees none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PictureTrace>? Pictures { get; init; }

    /// <summary>Reads a cell's analysis; null where it has none.</summary>
    /// <exception cref="InvalidDataException">The file does not hold an analysis.</exception>
    public static CellAnalysis? Read(string cellFolder)
    {
        var path = Path.Combine(cellFolder, FileName);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<CellAnalysis>(File.ReadAllText(path), RunJson.Line) : null;
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException($"{path} does not hold an analysis: {wrong.Message}", wrong);
        }
    }

    /// <summary>The text of the file, on one line: matrices would fill a screen each.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RunJson.Line);

    /// <summary>Writes the file of a cell.</summary>
    internal void WriteTo(string cellFolder) =>
        DiskFiles.Instance.WriteAtomically(Path.Combine(cellFolder, FileName), Encoding.UTF8.GetBytes(ToJson() + "\n"));
}

/// <summary>One domain of the analysed text.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Tokens">How many of the analysed tokens are its.</param>
public sealed record DomainSize(string Name, long Tokens);
