using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LibMoE.Runtime.Evaluation.Tasks;
using LibMoE.Runtime.Rows;

namespace LibMoE.Runtime.Evaluation.Reading;

/// <summary>Makes items of rows as a task's templates say.</summary>
internal sealed class ItemMaker
{
    private readonly EvaluationTask _task;
    private readonly FewShot _shots;
    private readonly List<KeyValuePair<string, TaskTemplate>> _fields;
    private readonly List<TaskTemplate> _choices;
    private readonly TaskTemplate? _prompt;
    private readonly TaskTemplate? _target;
    private readonly TaskTemplate? _measured;
    private readonly TaskTemplate? _description;
    private readonly TaskTemplate? _group;
    private readonly TaskTemplate? _answer;
    private readonly List<TaskTemplate>? _answerNames;
    private readonly AnswerItems? _answers;
    private readonly List<(TaskTemplate Text, Regex Pattern)> _only;
    private readonly IReadOnlyList<string> _lists;

    /// <summary>A maker.</summary>
    /// <param name="task">The task.</param>
    /// <param name="source">How its rows are laid out.</param>
    /// <param name="shots">What stands before the questions.</param>
    /// <param name="images">Where its images are; null reads the questions alone.</param>
    public ItemMaker(EvaluationTask task, TaskSource source, FewShot shots, ItemImages? images = null)
    {
        (_task, _shots) = (task, shots);
        _answers = task.Rule is null ? null : new AnswerItems(task, source, images);
        _only = [.. (source.Only ?? new Dictionary<string, string>()).Select(only =>
            (new TaskTemplate(only.Key), new Regex(only.Value, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)))];
        _lists = source.Lists ?? [];
        _fields = [.. source.Fields.Select(field => KeyValuePair.Create(field.Key, new TaskTemplate(field.Value)))];
        _choices = [.. task.Choices.Select(choice => new TaskTemplate(choice))];
        (_prompt, _target, _measured) = (Template(task.Prompt), Template(task.Target), Template(task.Measured));
        (_description, _group, _answer) = (Template(task.Description), Template(task.Group), Template(source.Answer));
        _answerNames = source.AnswerNames?.Select(name => new TaskTemplate(name)).ToList();
    }

    /// <summary>Makes the items of a row: one, none where the row is no part of the task, or one for each rotation of its
    /// options.</summary>
    /// <param name="row">The row.</param>
    /// <param name="index">The first item's place in the data.</param>
    /// <exception cref="EvaluationDataException">The row lacks something, or says something impossible.</exception>
    public IReadOnlyList<EvaluationItem> Make(DataRow row, int index)
    {
        if (!_only.TrueForAll(only => only.Pattern.IsMatch(only.Text.Fill(row))))
        {
            return [];
        }

        row = WithFields(row);
        var group = _group?.Fill(row) ?? "";
        return _answers is null ? [Make(row, index, group)] : _answers.Make(row, index, group, Gold);
    }

    private EvaluationItem Make(DataRow row, int index, string group)
    {
        var choices = _choices.SelectMany(choice => choice.FillAll(row)).ToList();
        var context = _shots.Before(group, _description?.Fill(row) ?? "") + _prompt?.Fill(row);
        var target = _target?.Fill(row) ?? "";
        List<TextPair> options = _task.Form switch
        {
            TaskForm.Choice => choices.ConvertAll(choice => new TextPair(context, Joined(context, choice))),
            TaskForm.PartialChoice => choices.ConvertAll(choice => new TextPair(choice, Joined(choice, target))),
            TaskForm.WholeText => choices.ConvertAll(choice => new TextPair("", Joined("", choice))),
            TaskForm.Text => [new TextPair("", target)],
            _ => [new TextPair(context, Joined(context, target))],
        };
        CheckOptions(row, options);
        var measured = _measured?.Fill(row) ?? target;
        var own = _task.Form switch
        {
            TaskForm.Choice or TaskForm.WholeText => choices,
            TaskForm.PartialChoice => choices.ConvertAll(_ => target),
            _ => [measured],
        };
        return new EvaluationItem
        {
            Index = index,
            Place = $"{row.File}:{row.Line}",
            Group = group,
            Form = _task.Form,
            Options = options,
            Characters = own.ConvertAll(text => text.EnumerateRunes().Count()),
            Bytes = own.ConvertAll(Encoding.UTF8.GetByteCount),
            Gold = Gold(row, options.Count),
            Words = WordCount.Of(measured),
            Document = ItemDocument.Of(row.Values),
        };
    }

    private static TaskTemplate? Template(string? text) => text is null ? null : new TaskTemplate(text);

    /// <summary>What the task says stands between a context and what follows it; if it says nothing, one blank.</summary>
    private string Joined(string context, string text) => _task.Delimiter is { } delimiter ? delimiter + text
        : context.Length == 0 ? text
        : TemplateFilters.All["spaced"](text, "");

    private DataRow WithFields(DataRow row)
    {
        var fields = new Dictionary<string, JsonNode>(row.Fields);
        foreach (var name in _lists)
        {
            if (row.TryFind(name) is JsonValue value)
            {
                var text = row.AsText(name, value);
                fields[name] =
                    new JsonArray(
                    [.. (PythonList.TryParse(text) ?? throw row.Fault($"the field '{name}' is no list: '{TemplateFilters.Shorten(text)}'"))
                    .Select(element => (JsonNode)element)]);
            }
        }

        foreach (var (name, template) in _fields)
        {
            if (template.Evaluate(row) is { } value)
            {
                fields[name] = value;
            }
        }

        return row with { Fields = fields };
    }

    private void CheckOptions(DataRow row, List<TextPair> options)
    {
        var empty = options.Index()
            .Where(option => string.IsNullOrWhiteSpace(option.Item.Continuation)).Select(option => option.Index).ToList();
        if (empty.Count > 0)
        {
            throw row.Fault($"option {empty[0]} of {options.Count} is empty");
        }

        if (_task.Choices.Count == 0)
        {
            return;
        }

        if (options.Count < 2)
        {
            throw row.Fault($"the item has {options.Count} options; a choice needs at least 2");
        }

        if (!_task.OptionsVary && _task.Options is { } expected && options.Count != expected)
        {
            throw row.Fault($"the item has {options.Count} options; every item of '{_task.Name}' has {expected}");
        }
    }

    private int Gold(DataRow row, int count)
    {
        if (_answer is null)
        {
            return 0;
        }

        var answer = _answer.Fill(row);
        if (_answerNames is null)
        {
            return int.TryParse(answer, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < count
                ? index
                : throw row.Fault($"the label '{TemplateFilters.Shorten(answer)}' is out of range; allowed are 0 to {count - 1}");
        }

        var names = _answerNames.SelectMany(name => name.FillAll(row)).ToList();
        var found = names.IndexOf(answer);
        return found >= 0 && found < count
            ? found
            : throw row.Fault($"the label '{TemplateFilters.Shorten(answer)}' is not one of {string.Join(", ", names.Take(count))}");
    }
}
