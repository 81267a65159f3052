using System.Security.Cryptography;
using System.Text.Json;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Reporting.Index;

/// <summary>Makes a run folder of another tracker's export, so that report, list and live page show it beside our own.</summary>
internal static class TrackerImport
{
    private const long Largest = 256 << 20;

    /// <summary>What our reports have a place for, and how it is called elsewhere.</summary>
    private static readonly (string Ours, string[] Theirs)[] Known =
    [
        ("loss", ["loss", "train/loss", "train_loss", "training/loss", "training_loss", "loss/train"]),
        ("validation", ["eval/loss", "eval_loss", "val/loss", "val_loss", "valid/loss", "valid_loss", "validation/loss", "validation_loss",
            "loss/validation"]),
        ("rate", ["lr", "learning_rate", "train/lr", "train/learning_rate", "training/learning_rate"]),
        ("speed", ["tokens_per_second", "tokens_per_sec", "tokens/s", "train/tokens_per_second", "training/tokens_per_second"]),
    ];

    /// <summary>Writes the run.</summary>
    /// <param name="path">The CSV file.</param>
    /// <param name="folder">The run's folder; it must be new.</param>
    /// <returns>What was read.</returns>
    /// <exception cref="EvaluationDataException">The file cannot be read.</exception>
    /// <exception cref="StorageException">The folder takes no files.</exception>
    public static TrackerExport Write(string path, StudyFolder folder)
    {
        var name = Path.GetFileName(path);
        if (new FileInfo(path).Length > Largest)
        {
            throw new EvaluationDataException(name, 0, $"the file has more than {Largest} bytes; export fewer points");
        }

        var bytes = File.ReadAllBytes(path);
        using var content = new MemoryStream(bytes);
        var export = TrackerExport.Read(name, content, Path.GetFileNameWithoutExtension(path));
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (run, points) in export.Runs)
        {
            // A run's name from a file is a folder's name here, never a path.
            var own = FolderName(run);
            for (var number = 2; !taken.Add(own); number++)
            {
                own = FormattableString.Invariant($"{FolderName(run)}-{number}");
            }

            using var lines = folder.Cell(own, 0).OpenLines(CellFiles.Metrics);
            foreach (var report in Reports(points))
            {
                lines.WriteLine(JsonSerializer.Serialize(report, RunJson.Line));
            }
        }

        folder.Write(ImportedRun.FileName, new ImportedRun(name, Convert.ToHexStringLower(SHA256.HashData(bytes)), export.Form).ToJson());
        return export;
    }

    /// <summary>Points as our reports; what a point lacks is not a number.</summary>
    internal static IEnumerable<TrainingProgress> Reports(IReadOnlyList<ExportedPoint> points)
    {
        var (begun, steps) = (points.Select(point => point.Time).FirstOrDefault(time => time is not null) ?? 0, (int)points[^1].Step);
        // A clock of the run begins near 0; a time of day counts from the first point.
        begun = begun < 1e8 ? 0 : begun;
        return points.Select(point => new TrainingProgress(
            (int)point.Step, steps, Of(point, "loss") ?? double.NaN, 0, Of(point, "rate") ?? double.NaN, Of(point, "speed") ?? double.NaN,
            null, null, Elapsed((point.Time ?? begun) - begun), [])
        {
            ValidationLoss = Of(point, "validation"),
            Metrics = Others(point) is { Count: > 0 } others ? others : null,
        });
    }

    private static TimeSpan Elapsed(double seconds) =>
        double.IsFinite(seconds) ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1e9)) : TimeSpan.Zero;

    private static double? Of(ExportedPoint point, string ours) => Known.Single(row => row.Ours == ours).Theirs
        .Where(point.Values.ContainsKey).Select(theirs => (double?)point.Values[theirs]).FirstOrDefault();

    private static Dictionary<string, double> Others(ExportedPoint point) =>
        point.Values.Where(value => !Known.Any(row => row.Theirs.Contains(value.Key))).ToDictionary();

    private static string FolderName(string run)
    {
        var name = string.Concat(run.Select(letter =>
            char.IsLetterOrDigit(letter) || letter is '.' or '_' or '-' or '+' or '=' or ' ' ? letter : '-')).Trim().TrimStart('.');
        return name.Length == 0 ? "run" : name[..Math.Min(name.Length, 100)];
    }
}
