using LibMoE.Runtime.Files;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Reporting.Index;

/// <summary>
/// Several runs beside each other, whichever folders they lie in. A variant's figure is compared with that of the first run, pair by pair
/// of seeds and held-out items, where both were measured on the same text or data.
/// </summary>
/// <param name="Rows">A row for each variant of each run.</param>
/// <param name="Settings">What differs between the runs' first cells, by key, a value for each run.</param>
/// <param name="Notes">What a reader must know, one sentence each.</param>
internal sealed record ComparedRuns(
    IReadOnlyList<ComparedVariant> Rows, IReadOnlyList<(string Key, IReadOnlyList<string> Values)> Settings, IReadOnlyList<string> Notes)
{
    private const int LongestValue = 60;

    /// <summary>What every cell has for itself, or what follows from other keys.</summary>
    private static readonly string[] Own = ["variant", "seed", "training:seed"];

    /// <summary>Reads and compares run folders.</summary>
    /// <param name="runs">Names and folders, at least two; the first is what the others are compared with.</param>
    public static ComparedRuns Of(IReadOnlyList<(string Name, string Folder)> runs)
    {
        var read = runs.Select(run => (run.Name, run.Folder, Study: RecordReader.Read(run.Folder))).ToList();
        var first = read[0].Study;
        var comparisons = read.Skip(1).SelectMany(run => Variants(run.Study).Select(
            variant => (run.Name, variant.Name, Comparison: Compare(run.Study, variant.Name, first)))).ToList();
        var adjusted = Comparison.OfTable([.. comparisons.Select(one => one.Comparison).OfType<Comparison>()]);
        var next = 0;
        var byPlace = comparisons.ToDictionary(
            one => (one.Item1, one.Item2), one => one.Comparison is null ? null : adjusted[next++]);
        return new ComparedRuns(
            [
                .. from run in read
                   from variant in Variants(run.Study)
                   select new ComparedVariant(run.Name, variant, byPlace.GetValueOrDefault((run.Name, variant.Name))),
            ],
            Differing([.. read.Select(run => Config(run.Folder, run.Study))]),
            [
                .. read.Where(run => run.Study.Results is null).Select(run => $"{run.Name} has no cell that is done."),
                .. read.Skip(1)
                    .Where(run => run.Study.Results is not null && first.Results is not null && !SameData(run.Study, null, first, null))
                    .Select(run => $"{run.Name} was measured on other data than {read[0].Name}: their figures cannot be compared."),
            ]);
    }

    private static IReadOnlyList<VariantResult> Variants(StudyRecord study) => study.Results?.Variants ?? [];

    /// <summary>With the variant of the same name; where the first run has only one, with that.</summary>
    private static Comparison? Compare(StudyRecord study, string variant, StudyRecord first)
    {
        var theirs = Variants(first).Any(one => one.Name == variant) ? variant
            : Variants(first) is [var only] ? only.Name
            : null;
        var ranked = Variants(study).First(one => one.Name == variant).SeesOtherTokens is null
            && Variants(first).FirstOrDefault(one => one.Name == theirs)?.SeesOtherTokens is null;
        return theirs is null || !ranked || !SameData(study, variant, first, theirs)
            ? null
            : Comparison.Of(study.Finished.Where(run => run.Label == variant), first.Finished.Where(run => run.Label == theirs));
    }

    /// <summary>Whether two variants, or with null any two, were measured on the same items.</summary>
    private static bool SameData(StudyRecord one, string? ours, StudyRecord other, string? theirs) =>
        one.Results?.Corpus.Sha256 == other.Results?.Corpus.Sha256 && Held(one, ours).Intersect(Held(other, theirs)).Any();

    /// <summary>What decides which items a cell was measured on.</summary>
    private static IEnumerable<string> Held(StudyRecord study, string? variant) =>
        from cell in study.With(CellStatus.Finished)
        where variant is null || cell.Result!.Label == variant
        let metric = cell.Result!.HeldOut[0]
        let tokens = $"{cell.Config?.Tokenizer?.Hash} {cell.Config?.Training.SequenceLength}"
        select FormattableString.Invariant($"{tokens} {metric.Name} {metric.Items.Count}");

    private static IReadOnlyDictionary<string, string> Config(string folder, StudyRecord study)
    {
        try
        {
            return study.Cells.Where(cell => cell.Config is not null).Select(cell => Path.Combine(folder, cell.Folder, CellFiles.Config))
                .Select(path => JsonLeaves.Of(File.ReadAllText(path))).FirstOrDefault(new Dictionary<string, string>());
        }
        catch (Exception unreadable) when (unreadable is IOException or System.Text.Json.JsonException)
        {
            return new Dictionary<string, string>();
        }
    }

    private static List<(string, IReadOnlyList<string>)> Differing(IReadOnlyList<IReadOnlyDictionary<string, string>> configs) =>
    [
        .. configs.SelectMany(config => config.Keys).Distinct()
            .Where(key => !Own.Contains(key) && !key.StartsWith("declaration:", StringComparison.Ordinal))
            .Select(key => (Key: key, Values: configs.Select(config => config.GetValueOrDefault(key, Figures.None)).ToList()))
            .Where(row => row.Values.Distinct().Count() > 1)
            .Select(row => (row.Key, (IReadOnlyList<string>)row.Values.ConvertAll(Short))),
    ];

    private static string Short(string value) => value.Length <= LongestValue ? value.Trim('"') : value[..(LongestValue - 1)] + "…";
}

/// <summary>A variant of one of several runs.</summary>
/// <param name="Run">The run's name.</param>
/// <param name="Figures">Its figures, means over seeds.</param>
/// <param name="AgainstFirst">How far its main metric is from the first run's; null for the first run, and where they cannot be
/// compared.</param>
internal sealed record ComparedVariant(string Run, VariantResult Figures, Comparison? AgainstFirst);
