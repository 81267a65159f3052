using System.Text.Json;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>A study that can start: its texts are read and every cell has been checked against its data.</summary>
/// <param name="Plans">One for every combination of a grid's values.</param>
/// <param name="Cells">In the order in which they are trained.</param>
internal sealed record PreparedStudy(IReadOnlyList<StudyPlan> Plans, IReadOnlyList<PlannedCell> Cells)
{
    /// <summary>The manifest of the study.</summary>
    public CellManifest Manifest => new([.. Cells.Select(cell => cell.Row)]);

    /// <summary>The mixtures that take part.</summary>
    public IReadOnlyList<MoeVariant> Declared => [.. Plans.SelectMany(plan => plan.Variants)
        .Select(variant => variant.Mixture).OfType<MoeVariant>().DistinctBy(variant => variant.Name)];

    /// <summary>What a reader must know before comparing; empty where nothing is odd.</summary>
    public IReadOnlyList<string> Notes => [.. Plans.SelectMany(plan => plan.Notes).Distinct()];

    /// <summary>Reads the texts and checks the cells.</summary>
    /// <exception cref="ConfigurationException">A text or a cell cannot be used.</exception>
    public static PreparedStudy Of(IReadOnlyList<StudyPlan> plans)
    {
        var texts = new Dictionary<string, Corpus>();
        var problems = new ProblemList();
        foreach (var plan in plans)
        {
            foreach (var variant in plan.Variants)
            {
                problems.Try(() => Check(variant, plan));
            }
        }

        ConfigurationException.ThrowIfAny(problems.Found);
        var sources = new Dictionary<Corpus, TextSource>();
        return new PreparedStudy(plans, [.. StudyPlan.CellsOf(plans).Select((cell, index) => Planned(index, cell, SourceOf(cell)))]);

        void Check(StudyVariant variant, StudyPlan plan)
        {
            if (variant.Model is { } model)
            {
                Trainer.Check(model, Text(plan.Corpus), plan.Training);
            }
            else
            {
                _ = variant.Own!.Facts;
            }
        }

        CellSource SourceOf(StudyCell cell)
        {
            if (cell.Variant.Own is { } own)
            {
                return new OwnSource(own);
            }

            var corpus = Text(cell.Corpus);
            return sources.TryGetValue(corpus, out var known) ? known : sources[corpus] = new TextSource(corpus);
        }

        // Options may hold lists, which do not compare by value: their JSON does.
        Corpus Text(CorpusOptions options)
        {
            var key = JsonSerializer.Serialize(options, RunJson.Line);
            return texts.TryGetValue(key, out var read) ? read : texts[key] = Corpus.Load(options);
        }
    }

    /// <summary>The cells that a manifest has, where it has some of the study's only, as that of a search.</summary>
    /// <exception cref="ConfigurationException">The study has no such cell.</exception>
    public PreparedStudy Only(CellManifest written)
    {
        var known = Cells.ToDictionary(cell => cell.Row.Folder);
        return this with
        {
            Cells =
            [
                .. written.Cells.Select(row => known.TryGetValue(row.Folder, out var cell)
                    ? new PlannedCell(row.Index, cell.Cell, cell.Source, cell.Config)
                    : throw new ConfigurationException(
                        $"Cell {row.Index} of {CellManifest.FileName} is {row}, which these settings cannot give; use the settings that "
                        + "the search was begun with.")),
            ],
        };
    }

    private static PlannedCell Planned(int index, StudyCell cell, CellSource source) =>
        new(index, cell, source, source.ConfigOf(cell).ToJson());
}
