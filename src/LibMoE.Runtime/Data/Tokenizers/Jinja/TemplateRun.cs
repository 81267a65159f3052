namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>What all parts of one run share.</summary>
/// <param name="clock">Tells the time (<c>strftime_now</c>).</param>
internal sealed class TemplateRun(TimeProvider clock)
{
    private const int FreshCost = 8;

    /// <summary>What it costs.</summary>
    public RunMeter Meter { get; } = new();

    /// <summary>When two values are the same.</summary>
    public ValueEquality Equality => field ??= new ValueEquality(Meter);

    /// <summary>The local time.</summary>
    public DateTimeOffset Now => clock.GetLocalNow();

    /// <summary>Characters that are made, counted.</summary>
    public TextValue Counted(TextValue text)
    {
        Meter.Make(text.Text.Length);
        return text;
    }

    /// <summary>Texts one behind the other, counted before they are joined.</summary>
    public TextValue Joined(IReadOnlyList<TextValue> texts)
    {
        Meter.Make(texts.Sum(text => (long)text.Text.Length));
        return TextValue.Joined(texts);
    }

    /// <summary>Values that are made one by one, each counted before the next: they take more memory than those that are there
    /// already.</summary>
    public IEnumerable<T> Fresh<T>(IEnumerable<T> values)
        where T : JinjaValue
    {
        foreach (var value in values)
        {
            Meter.Spend(FreshCost);
            yield return value;
        }
    }

    /// <summary>A list of values, counted.</summary>
    public ListValue List(IReadOnlyList<JinjaValue> items, ListKind kind = ListKind.List)
    {
        Meter.Spend(items.Count);
        return new ListValue(items, kind);
    }

    /// <summary>The values to go through: of a list its values, of a dictionary its keys, of a text its characters.</summary>
    /// <exception cref="JinjaException">It is nothing to go through.</exception>
    public IReadOnlyList<JinjaValue> Items(JinjaValue value)
    {
        switch (value)
        {
            case ListValue list:
                Meter.Spend(list.Items.Count);
                return list.Take();
            case MapValue map:
                Meter.Spend(map.Entries.Count);
                return [.. map.Entries.Keys];
            case TextValue text:
                return [.. Fresh(text.Characters())];
            case UndefinedValue:
                return [];
            default:
                throw new JinjaException($"{value.Kind} cannot be gone through");
        }
    }
}
