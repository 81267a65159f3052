using LibMoE.Runtime.Evaluation.Reading;
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
        var files = TaskFiles.Locate(task, cache, development: options.Shots > 0, images: !options.QuestionOnly);
        var ignored = new List<string>();
        var shots = options.Shots > 0 ? ReadShots(task, files, options, ignored) : FewShot.None;
        var images = task.Images is null || options.QuestionOnly ? null
            : new ItemImages(task, files.Images is null ? null : new ImageFiles(files.Source.Images!, files.Images));
        var maker = new ItemMaker(task, files.Source, shots, images);
        var blind = images is null ? null : new ItemMaker(task, files.Source, shots);
        var (items, refused, found) = (new List<EvaluationItem>(), new List<RefusedItem>(), 0);
        var unanswered = new List<EvaluationItem>();
        var groups = new Dictionary<string, int>();
        foreach (var row in new SourceRows(task, files, ignored).Of(files.Source.Files))
        {
            try
            {
                foreach (var item in maker.Make(row, found))
                {
                    var place = groups.GetValueOrDefault(item.Group);
                    groups[item.Group] = place + 1;
                    items.Add(item with { IndexInGroup = place });
                    found++;
                }
            }
            catch (EvaluationDataException fault) when (options.RefuseMalformed)
            {
                var known = Known(blind, row, found);
                unanswered.AddRange(known);
                var count = Math.Max(1, known.Count);
                refused.AddRange(Enumerable.Repeat(new RefusedItem($"{row.File}:{row.Line}", fault.Problem), count));
                found += count;
            }
        }

        var spread = Spread([.. items.Concat(unanswered).OrderBy(item => item.Index)], options.Limit);
        var without = unanswered.Select(item => item.Index).ToHashSet();
        return items.Count == 0
            ? throw new EvaluationDataException(
                files.Source.Files[0].Path, 0, $"task '{task.Name}' found no usable item in it ({refused.Count} refused)")
            : new TaskData
            {
                Task = task,
                Items = [.. spread.Where(item => !without.Contains(item.Index))],
                Unanswered = [.. spread.Where(item => without.Contains(item.Index))],
                Found = found,
                FoundByGroup = groups,
                Refused = refused,
                Files = files.Images is null || files.Hashes.ContainsKey(files.Source.Images!.Path) ? files.Hashes
                    : new Dictionary<string, string>(files.Hashes) { [files.Source.Images.Path] = images!.Sha256 },
                IgnoredEntries = ignored,
            };
    }

    /// <summary>Reads the development split, without images: what a question is mostly answered with there is a baseline that sees
    /// nothing.</summary>
    /// <exception cref="ArgumentException">The task has none.</exception>
    /// <exception cref="MissingDataException">It is not there.</exception>
    /// <exception cref="EvaluationDataException">A file is damaged or an item malformed.</exception>
    public static IReadOnlyList<EvaluationItem> ReadDevelopment(EvaluationTask task, DataCache cache)
    {
        var files = TaskFiles.Locate(task, cache, development: true, images: false);
        var maker = files.Source.Development.Count > 0
            ? new ItemMaker(task, files.Source, FewShot.None)
            : throw new ArgumentException($"Task '{task.Name}' has no development split.", nameof(task));
        return [.. new SourceRows(task, files, []).Of(files.Source.Development).SelectMany((row, index) => maker.Make(row, index))];
    }

    /// <summary>The questions of a row whose images cannot be used; none where more than these is malformed.</summary>
    private static IReadOnlyList<EvaluationItem> Known(ItemMaker? blind, DataRow row, int index)
    {
        try
        {
            return blind?.Make(row, index) ?? [];
        }
        catch (EvaluationDataException)
        {
            return [];
        }
    }

    private static FewShot ReadShots(EvaluationTask task, TaskFiles files, ReadingOptions options, List<string> ignored)
    {
        if (task.Images is not null)
        {
            throw new ArgumentException($"Task '{task.Name}' shows images and is asked without examples; ask for 0 examples.",
                nameof(options));
        }

        if (files.Source.Development.Count == 0)
        {
            throw new ArgumentException(
                $"Task '{task.Name}' was asked for {options.Shots} examples but has no development split; ask for 0 examples.",
                nameof(options));
        }

        var maker = new ItemMaker(task with { Description = null }, files.Source, FewShot.None);
        var rows = new SourceRows(task, files, ignored).Of(files.Source.Development);
        return new FewShot(task, options.Shots, options.ShotSeed, rows.SelectMany((row, index) => maker.Make(row, index)));
    }

    /// <summary>Whole samples, evenly over the data.</summary>
    private static List<EvaluationItem> Spread(List<EvaluationItem> items, int? limit)
    {
        if (limit is not { } count || count >= items.Count)
        {
            return items;
        }

        var units = ItemUnits.Of(items, item => (item.Group, item.Unit));
        for (var taken = Math.Max(1, (int)((long)count * units.Count / items.Count)); ; taken--)
        {
            var spread = Enumerable.Range(0, taken).SelectMany(index => units[(int)((long)index * units.Count / taken)])
                .OrderBy(item => item.Index).ToList();
            if (spread.Count <= count || taken == 1)
            {
                return spread;
            }
        }
    }
}
