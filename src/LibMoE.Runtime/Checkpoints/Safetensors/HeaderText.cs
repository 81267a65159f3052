using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace LibMoE.Runtime.Checkpoints.Safetensors;

/// <summary>
/// Reads the JSON of a header or an index token by token, with the format's strictness: nothing is built before it is checked, and a
/// repeated name is seen (a JSON object would keep the last one).
/// </summary>
internal ref struct HeaderText
{
    private readonly string _path;
    private Utf8JsonReader _reader;
    private MemoryBudget _budget;

    /// <param name="path">The file, for messages.</param>
    /// <param name="json">The whole text.</param>
    /// <param name="depth">The deepest nesting allowed.</param>
    /// <param name="budget">What the values may take.</param>
    /// <exception cref="SafetensorsException">The text is not UTF-8 (rule 4).</exception>
    public HeaderText(string path, ReadOnlySpan<byte> json, int depth, MemoryBudget budget)
    {
        _path = path;
        _budget = budget;
        if (!Utf8.IsValid(json))
        {
            throw Error(SafetensorsRule.Utf8, "its header is not UTF-8");
        }

        _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = depth });
    }

    /// <summary>The kind of the current token.</summary>
    public readonly JsonTokenType Kind => _reader.TokenType;

    /// <summary>Goes to the next token.</summary>
    /// <exception cref="SafetensorsException">The text is not JSON (rule 6).</exception>
    public bool Read()
    {
        try
        {
            return _reader.Read();
        }
        catch (JsonException error)
        {
            throw Error(SafetensorsRule.Json, $"its header is not JSON: {error.Message}", error);
        }
    }

    /// <summary>Goes over the current value, whatever it holds.</summary>
    public void Skip()
    {
        var depth = _reader.CurrentDepth;
        if (Kind is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            while (Read() && _reader.CurrentDepth > depth)
            {
            }
        }
    }

    /// <summary>Goes to the next name of the current object.</summary>
    /// <returns>False at the object's end.</returns>
    public bool ReadName() => Read() && Kind == JsonTokenType.PropertyName;

    /// <summary>The current name or text, counted against the budget before it is made.</summary>
    /// <exception cref="SafetensorsException">An escape is half a character (rule 4), or the budget is spent (rule 20).</exception>
    public string Text()
    {
        _budget.TakeText(_reader.ValueSpan.Length);
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw Error(SafetensorsRule.Utf8, "an escape in its header is half of a character", error);
        }
    }

    /// <summary>Counts one entry of a list or dictionary against the budget.</summary>
    /// <exception cref="SafetensorsException">The budget is spent (rule 20).</exception>
    public void TakeEntry() => _budget.TakeEntry();

    /// <summary>Counts a list of so many numbers against the budget.</summary>
    /// <exception cref="SafetensorsException">The budget is spent (rule 20).</exception>
    public void TakeNumbers(int count) => _budget.TakeNumbers(count);

    /// <summary>The current token as an integer of digits only, up to 2⁶³−1.</summary>
    public readonly bool TryUnsigned(out long value)
    {
        value = 0;
        return Kind == JsonTokenType.Number
            && long.TryParse(_reader.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>An exception for this file.</summary>
    public readonly SafetensorsException Error(SafetensorsRule rule, string detail, Exception? inner = null) =>
        new(_path, rule, detail, inner);
}
