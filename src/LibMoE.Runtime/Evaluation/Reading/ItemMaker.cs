using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
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

    public ItemMaker(EvaluationTask task, TaskSource source, FewShot shots)
    {
        (_task, _shots) = (task, shots);
        _fields = [.. source.Fields.Select(field => KeyValuePair.Create(field.Key, new TaskTemplate(field.Value)))];
        _choices = [.. task.Choices.Select(choice => new TaskTemplate(choice))];
        (_prompt, _target, _measured) = (Template(task.Prompt), Template(task.Target), Template(task.Measured));
        (_description, _group, _answer) = (Template(task.Description), Template(task.Group), Template(source.Answer));
        _answerNames = source.AnswerNames?.Select(name => new TaskTemplate(name)).ToList();
    }

    /// <summary>Makes the item of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="index">The item's place in the data.</param>
    /// <exception cref="EvaluationDataException">The row lacks something, or says something impossible.</exception>
    public EvaluationItem Make(DataRow row, int index)
    {
        row = WithFields(row);
        var group = _group?.Fill(row) ?? "";
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
        foreach (var (name, template) in _fields)
        {
            fields[name] = template.Evaluate(row);
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
