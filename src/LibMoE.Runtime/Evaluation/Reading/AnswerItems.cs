using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Evaluation.Tasks;
using LibMoE.Runtime.Rows;

namespace LibMoE.Runtime.Evaluation.Reading;

/// <summary>Makes items of a task whose answers a rule scores: one of a row, or one for every rotation of its options.</summary>
/// <param name="task">The task.</param>
/// <param name="source">How its rows are laid out.</param>
/// <param name="images">Where its images are; null reads the questions alone.</param>
internal sealed class AnswerItems(EvaluationTask task, TaskSource source, ItemImages? images)
{
    private const string Rotation = "rotation";

    private readonly List<TaskTemplate> _choices = [.. task.Choices.Select(choice => new TaskTemplate(choice))];
    private readonly List<TaskTemplate> _accepted = [.. (task.Accepted ?? []).Select(answer => new TaskTemplate(answer))];
    private readonly TaskTemplate _prompt = new(task.Prompt!);
    private readonly TaskTemplate? _target = task.Target is null ? null : new TaskTemplate(task.Target);
    private readonly TaskTemplate? _unit = task.Unit is null ? null : new TaskTemplate(task.Unit);
    private readonly List<KeyValuePair<string, TaskTemplate>> _details =
        [.. (task.Details ?? new Dictionary<string, string>())
            .Select(detail => KeyValuePair.Create(detail.Key, new TaskTemplate(detail.Value)))];

    /// <summary>The items of a row.</summary>
    /// <param name="row">The row, with the fields that the source makes.</param>
    /// <param name="index">The place of the first in the data.</param>
    /// <param name="group">The part of the benchmark.</param>
    /// <param name="goldOf">The right one of so many options.</param>
    /// <exception cref="EvaluationDataException">The row lacks something, or says something impossible.</exception>
    public IReadOnlyList<EvaluationItem> Make(DataRow row, int index, string group, Func<DataRow, int, int> goldOf)
    {
        var choices = Choices(row);
        var gold = choices.Count > 0 && _target is null ? goldOf(row, choices.Count) : 0;
        var seen = images?.Of(row) ?? [];
        var document = ItemDocument.Of(images is null ? row.Values : ItemDocument.WithoutImages(row.Values));
        return
        [
            .. Enumerable.Range(0, source.Rotate is true ? choices.Count : 1).Select(rotation =>
                Item(row, index
                    + rotation, group, [.. choices[rotation..], .. choices[..rotation]],
                    (gold - rotation + choices.Count) % Math.Max(1, choices.Count), rotation)
                    with { Images = seen, Document = document }),
        ];
    }

    private EvaluationItem Item(DataRow row, int index, string group, IReadOnlyList<string> choices, int gold, int rotation)
    {
        var shown = row with
        {
            Fields = new Dictionary<string, JsonNode>(row.Fields)
            {
                ["$options"] = string.Join('\n', choices.Select((choice, option) => $"{AnswerKey.Letter(option)}. {choice}")),
                ["$bracketed"] = string.Join('\n', choices.Select((choice, option) => $"({AnswerKey.Letter(option)}) {choice}")),
            },
        };
        var key = new AnswerKey
        {
            Target = _target?.Fill(row) ?? AnswerKey.Letter(gold),
            Accepted = [.. _accepted.SelectMany(answer => answer.FillAll(row))],
            Choices = choices,
            Details = Details(row, rotation),
        };
        if (AnswerKeyCheck.Problem(task.Rule!.Value, key) is { } problem)
        {
            throw row.Fault(problem);
        }

        return new EvaluationItem
        {
            Index = index,
            Place = $"{row.File}:{row.Line}",
            Group = group,
            Form = task.Form,
            Options = [new TextPair(_prompt.Fill(shown), key.Target)],
            Characters = [key.Target.EnumerateRunes().Count()],
            Bytes = [Encoding.UTF8.GetByteCount(key.Target)],
            Gold = 0,
            Unit = _unit?.Fill(row) ?? "",
            Key = key,
            Document = [],
        };
    }

    private Dictionary<string, string> Details(DataRow row, int rotation)
    {
        var details = _details.ToDictionary(detail => detail.Key, detail => detail.Value.Fill(row));
        if (source.Rotate is true)
        {
            details[Rotation] = rotation.ToString(CultureInfo.InvariantCulture);
        }

        return details;
    }

    private List<string> Choices(DataRow row)
    {
        var choices = _choices.SelectMany(choice => choice.FillAll(row)).ToList();
        if (task.OptionsVary)
        {
            // Where a question has fewer, a table leaves the last ones empty; another packaging of the task has other columns.
            choices = [.. choices.SkipWhile(string.IsNullOrWhiteSpace)];
            choices = choices[..(choices.FindLastIndex(choice => !string.IsNullOrWhiteSpace(choice)) + 1)];
        }

        var empty = choices.FindIndex(string.IsNullOrWhiteSpace);
        return empty >= 0 ? throw row.Fault($"option {empty} of {choices.Count} is empty")
            : choices.Count == 1 || choices.Count > 26 ? throw row.Fault($"the item has {choices.Count} options; a choice has 2 to 26")
            : !task.OptionsVary && task.Options is { } expected && choices.Count > 0 && choices.Count != expected
                ? throw row.Fault($"the item has {choices.Count} options; every item of '{task.Name}' has {expected}")
            : choices;
    }
}
