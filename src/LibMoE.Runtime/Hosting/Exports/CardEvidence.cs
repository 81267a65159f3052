using LibMoE.Runtime.Checkpoints.Layouts.Own;
using LibMoE.Runtime.Hosting.Studies;
using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Hosting.Exports;

/// <summary>What a run knows of a model beside its tensors. Figures are taken only where they are of these very weights.</summary>
internal sealed record CardEvidence
{
    /// <summary>What upcycling did, in a cell's folder.</summary>
    public const string UpcyclingFile = "upcycling.txt";

    /// <summary>What merging did, beside the model.</summary>
    public const string MergingFile = "merging.txt";

    private const string DenseModel = "dense model: ";

    /// <summary>Which model it is and how it was trained; null for a model of another layout.</summary>
    public CheckpointState? State { get; init; }

    /// <summary>The loss on held-out text; null where it was measured at another step, or not.</summary>
    public TrainingResult? Result { get; init; }

    /// <summary>Scores on tasks; null where there are none of these weights.</summary>
    public EvaluationResults? Evaluation { get; init; }

    /// <summary>By which program, when and on how much text it was trained; null where nobody noted it.</summary>
    public CellOrigin? Origin { get; init; }

    /// <summary>What upcycling did, one line each.</summary>
    public IReadOnlyList<string> Upcycling { get; init; } = [];

    /// <summary>What merging did, one line each.</summary>
    public IReadOnlyList<string> Merging { get; init; } = [];

    /// <summary>The published model that it was upcycled from, owner and name; null where that was none.</summary>
    public string? BaseModel => Upcycling.FirstOrDefault(line => line.StartsWith(DenseModel, StringComparison.Ordinal)) is { } line
        && line[DenseModel.Length..].Split(", ")[0] is var from && HubAddress.IsAddress(from)
        ? HubAddress.Parse(from).Id
        : null;

    /// <summary>The line of <see cref="UpcyclingFile"/> that says what was upcycled.</summary>
    public static string DenseLine(string name, string sha256) => $"{DenseModel}{name}, SHA-256 {sha256}";

    /// <summary>Looks around a model.</summary>
    /// <param name="path">Its file or folder.</param>
    /// <param name="sha256">Of its weights.</param>
    /// <exception cref="StorageException">A checkpoint is damaged.</exception>
    /// <exception cref="ConfigurationException">The run has several cells.</exception>
    public static CardEvidence Of(string path, string sha256)
    {
        var files = DiskFiles.Instance;
        if (!Directory.Exists(path) || !CheckpointPlace.IsIn(files, files.Followed(path)))
        {
            return new CardEvidence { Evaluation = OfThese(EvaluationIn(path), sha256) };
        }

        var checkpoint = CheckpointPlace.Open(files, files.Followed(path));
        var cell = CellFolder.At(Path.GetDirectoryName(Path.GetDirectoryName(Path.GetFullPath(checkpoint.Path)))!);
        var result = CellResults.Read(cell);
        return new CardEvidence
        {
            State = checkpoint.State,
            Result = result is not null && (result.BestStep ?? result.Steps) == checkpoint.Step ? result : null,
            Evaluation = OfThese(EvaluationResults.Find(cell.Path), sha256),
            Origin = CellOrigin.Find(cell),
            Upcycling = cell.Read(UpcyclingFile)?.TrimEnd().Split('\n') ?? [],
            Merging = cell.Read(MergingFile)?.TrimEnd().Split('\n') ?? [],
        };
    }

    private static EvaluationResults? EvaluationIn(string path) => Directory.Exists(path) ? EvaluationResults.Find(path) : null;

    private static EvaluationResults? OfThese(EvaluationResults? found, string sha256) => found?.ModelSha256 == sha256 ? found : null;
}
