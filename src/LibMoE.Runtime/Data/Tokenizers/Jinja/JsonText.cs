using System.Globalization;
using System.Text;

namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Values as JSON, as Python's <c>json.dumps</c> writes them with <c>ensure_ascii=False</c>, which is transformers'
/// <c>tojson</c>.</summary>
/// <param name="run">Counts.</param>
/// <param name="indent">What a line begins with for each level; null writes one line.</param>
/// <param name="comma">Between values.</param>
/// <param name="colon">Behind a key.</param>
/// <param name="sorts">Whether keys are sorted.</param>
internal sealed class JsonText(TemplateRun run, string? indent, string comma, string colon, bool sorts)
{
    private static readonly Dictionary<char, string> Escapes = new()
    {
        ['"'] = "\\\"",
        ['\\'] = @"\\",
        ['\n'] = @"\n",
        ['\r'] = @"\r",
        ['\t'] = @"\t",
        ['\b'] = @"\b",
        ['\f'] = @"\f",
    };

    private static readonly TextValue OpenList = new("[");
    private static readonly TextValue CloseList = new("]");
    private static readonly TextValue OpenMap = new("{");
    private static readonly TextValue CloseMap = new("}");

    private readonly RenderedOutput _parts = new();
    private readonly TextValue _comma = new(comma);
    private readonly TextValue _colon = new(colon);

    /// <summary>A value.</summary>
    /// <exception cref="JinjaException">It has no form in JSON.</exception>
    public TextValue Of(JinjaValue value)
    {
        Add(value, 0);
        return _parts.Text;
    }

    private void Add(JinjaValue value, int depth)
    {
        run.Meter.Nested(depth);
        switch (value)
        {
            case TextValue text:
                _parts.Add(run.Counted(text.Made(Quoted(text.Text))));
                break;
            case ListValue { ListKind: ListKind.List or ListKind.Tuple } list:
                AddAll(OpenList, CloseList, list.Items, depth, item => Add(item, depth + 1));
                break;
            case MapValue map:
                var entries = map.Entries.Select(entry => (Key: Key(entry.Key), entry.Value));
                entries = sorts ? entries.Order(Comparer<(TextValue Key, JinjaValue)>.Create(
                    (x, y) => PythonText.Compare(x.Key.Text, y.Key.Text))) : entries;
                AddAll(OpenMap, CloseMap, [.. entries], depth, entry =>
                {
                    Add(entry.Key, depth + 1);
                    _parts.Add(_colon);
                    Add(entry.Value, depth + 1);
                });
                break;
            default:
                _parts.Add(new TextValue(Plain(value)));
                break;
        }
    }

    private void AddAll<T>(TextValue open, TextValue close, IReadOnlyList<T> items, int depth, Action<T> add)
    {
        _parts.Add(open);
        foreach (var (index, item) in items.Index())
        {
            _parts.Add(index > 0 ? _comma : TextValue.Empty);
            AddLine(depth + 1);
            add(item);
        }

        if (items.Count > 0)
        {
            AddLine(depth);
        }

        _parts.Add(close);
    }

    private void AddLine(int depth)
    {
        if (indent is not null)
        {
            run.Meter.Make((long)indent.Length * depth);
            _parts.Add(new TextValue("\n" + string.Concat(Enumerable.Repeat(indent, depth))));
        }
    }

    private static TextValue Key(JinjaValue key) => key as TextValue ?? (key is NoneValue or BoolValue or WholeValue or RealValue
        ? new TextValue(Plain(key))
        : throw new JinjaException($"{key.Kind} cannot be a key in JSON"));

    private static string Plain(JinjaValue value) => value switch
    {
        NoneValue => "null",
        BoolValue truth => truth.IsTrue ? "true" : "false",
        WholeValue whole => whole.Number.ToString(CultureInfo.InvariantCulture),
        RealValue real when double.IsNaN(real.Number) => "NaN",
        RealValue real when double.IsInfinity(real.Number) => real.Number > 0 ? "Infinity" : "-Infinity",
        RealValue real => Numbers.Shown(real.Number),
        UndefinedValue undefined => throw undefined.Fault(),
        _ => throw new JinjaException($"{value.Kind} has no form in JSON"),
    };

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = Escapes.TryGetValue(c, out var escape) ? quoted.Append(escape)
                : c < ' ' ? quoted.Append($"\\u{(int)c:x4}")
                : quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }
}
