using LibMoE.Runtime.Evaluation.Reading;
using LibMoE.Runtime.Evaluation.Tasks;
using LibMoE.Runtime.Rows;

namespace LibMoE.Runtime;

/// <summary>Reads the items of a task from the data folder.</summary>
public static class ItemReader
{
    /// <summary>Reads all items of the first packaging of the task that is there.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cache">The data folders.</param>
    /// <param name="options">Limit and few-shot examples; null takes all items without examples.</param>
    /// <exception cref="MissingDataException">No packaging is there in full.</exception>
    /// <exception cref="EvaluationDataException">A file is damaged or an item malformed; the message names file and line.</exception>
    /// <exception cref="ArgumentException">Examples are asked for, and the task has none.</exception>
    public static TaskData Read(EvaluationTask task, DataCache cache, ReadingOptions? options = null)
    {
        options ??= new ReadingOptions();
        var files = TaskFiles.Locate(task, cache, development: options.Shots > 0);
        var ignored = new List<string>();
        var shots = options.Shots > 0 ? ReadShots(task, files, options, ignored) : FewShot.None;
        var maker = new ItemMaker(task, files.Source, shots);
        var (items, refused, found) = (new List<EvaluationItem>(), new List<RefusedItem>(), 0);
        var groups = new Dictionary<string, int>();
        foreach (var row in Rows(task, files, files.Source.Files, ignored))
        {
            try
            {
                var item = maker.Make(row, found);
                var place = groups.GetValueOrDefault(item.Group);
                groups[item.Group] = place + 1;
                items.Add(item with { IndexInGroup = place });
            }
            catch (EvaluationDataException fault) when (options.RefuseMalformed)
            {
                refused.Add(new RefusedItem($"{row.File}:{row.Line}", fault.Problem));
            }

            found++;
        }

        return items.Count == 0
            ? throw new EvaluationDataException(
                files.Source.Files[0].Path, 0, $"task '{task.Name}' found no usable item in it ({refused.Count} refused)")
            : new TaskData
            {
                Task = task,
                Items = Spread(items, options.Limit),
                Found = found,
                FoundByGroup = groups,
                Refused = refused,
                Files = files.Hashes,
                IgnoredEntries = ignored,
            };
    }

    private static FewShot ReadShots(EvaluationTask task, TaskFiles files, ReadingOptions options, List<string> ignored)
    {
        if (files.Source.Development.Count == 0)
        {
            throw new ArgumentException(
                $"Task '{task.Name}' was asked for {options.Shots} examples but has no development split; ask for 0 examples.",
                nameof(options));
        }

        var maker = new ItemMaker(task with { Description = null }, files.Source, FewShot.None);
        var rows = Rows(task, files, files.Source.Development, ignored);
        return new FewShot(task, options.Shots, options.ShotSeed, rows.Select((row, index) => maker.Make(row, index)));
    }

    private static IEnumerable<DataRow> Rows(EvaluationTask task, TaskFiles files, IReadOnlyList<SourceFile> parts, List<string> ignored)
    {
        var labels = files.Source.Labels is { } file ? Labels(files, file, ignored) : null;
        var asked = TaskTemplates.Fields(task, files.Source);
        var count = 0;
        foreach (var part in parts)
        {
            foreach (var entry in DataEntries.Open(files.PathOf(part), part, ignored.Add))
            {
                foreach (var row in RowFormats.Read(entry, files.Source, asked))
                {
                    yield return labels is null ? row : row with { Fields = Labelled(row, labels, count) };
                    count++;
                }
            }
        }

        if (labels is not null && labels.Count != count)
        {
            throw new EvaluationDataException(
                files.Source.Labels!.Path, labels.Count, $"the file has {labels.Count} labels for {count} rows");
        }
    }

    private static Dictionary<string, System.Text.Json.Nodes.JsonNode> Labelled(DataRow row, List<string> labels, int index) =>
        index < labels.Count
            ? new(row.Fields) { ["$label"] = labels[index] }
            : throw row.Fault($"the file of labels ends after line {labels.Count}");

    private static List<string> Labels(TaskFiles files, SourceFile file, List<string> ignored) =>
        [.. DataEntries.Open(files.PathOf(file), file, ignored.Add)
            .SelectMany(entry => new DataLines(entry).All().Select(line => line.Text.Trim()))];

    private static List<EvaluationItem> Spread(List<EvaluationItem> items, int? limit) => limit is { } count && count < items.Count
        ? [.. Enumerable.Range(0, count).Select(index => items[(int)((long)index * items.Count / count)])]
        : items;
}
