using System.Text;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Rows;

namespace LibMoE.Runtime.Evaluation.Tasks;

/// <summary>A text with places for a row's fields: <c>Question: {question|trim}\nAnswer:</c>. Braces themselves are doubled. A place with a
/// question mark, <c>{hint?}</c>, is empty where the row has no such field, or null.</summary>
internal sealed class TaskTemplate
{
    private readonly List<Part> _parts = [];

    /// <summary>Reads a template.</summary>
    /// <exception cref="FormatException">A brace stands alone, or a filter is not known; the message says which.</exception>
    public TaskTemplate(string text)
    {
        Text = text;
        var literal = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '{' or '}' && i + 1 < text.Length && text[i + 1] == text[i])
            {
                literal.Append(text[i++]);
            }
            else if (text[i] == '{')
            {
                var end = text.IndexOf('}', i);
                _parts.Add(Part.Literal(literal.ToString()));
                _parts.Add(
                    end > i ? Part.Place(text[(i + 1)..end]) : throw new FormatException($"'{text}' has a brace that is never closed"));
                literal.Clear();
                i = end;
            }
            else
            {
                literal.Append(text[i] != '}' ? text[i] : throw new FormatException($"'{text}' closes a brace that is not open"));
            }
        }

        _parts.Add(Part.Literal(literal.ToString()));
        _parts.RemoveAll(part => part.Path is null && part.Text.Length == 0);
    }

    /// <summary>The template as it was written.</summary>
    public string Text { get; }

    /// <summary>The fields that it names, as dotted paths.</summary>
    public IEnumerable<string> Places => _parts.Select(part => part.Path).OfType<string>();

    /// <summary>The text for a row.</summary>
    public string Fill(DataRow row) => FillAll(row) is [var only]
        ? only
        : throw row.Fault($"the template '{Text}' needs one text but names a list");

    /// <summary>The text for a row, once per element of the list that a place names; once if none does.</summary>
    public IReadOnlyList<string> FillAll(DataRow row)
    {
        var texts = new List<StringBuilder> { new() };
        var listed = false;
        foreach (var part in _parts)
        {
            if (part.Path is null)
            {
                texts.ForEach(text => text.Append(part.Text));
            }
            else if (part.Find(row) is JsonArray list)
            {
                texts = !listed
                    ? [.. list.Select((element, index) => new StringBuilder(texts[0].ToString()).Append(part.Filter(row, index, element)))]
                    : throw row.Fault($"the template '{Text}' names two lists");
                listed = true;
            }
            else
            {
                var value = part.Filter(row, part.Find(row) ?? "");
                texts.ForEach(text => text.Append(value));
            }
        }

        return [.. texts.Select(text => text.ToString())];
    }

    /// <summary>The field itself where the template is one place without filters, else the text; null for a place with a question mark
    /// that has none.</summary>
    public JsonNode? Evaluate(DataRow row) =>
        _parts is [{ Path: not null, Filters.Count: 0 } place] ? place.Find(row) : JsonValue.Create(Fill(row));

    private sealed record Part(string Text, string? Path, IReadOnlyList<(string Name, string Argument)> Filters)
    {
        private bool IsOptional { get; init; }

        /// <summary>The place's value; null where it may be missing and is.</summary>
        public JsonNode? Find(DataRow row) => IsOptional ? row.TryFind(Path!) : row.Find(Path!);

        public static Part Literal(string text) => new(text, null, []);

        public static Part Place(string text)
        {
            var pieces = text.Split('|');
            var filters = pieces[1..]
                .Select(piece => piece.Split(':', 2)).Select(piece => (piece[0], piece.Length > 1 ? piece[1] : "")).ToList();
            var unknown = filters.Find(filter => !TemplateFilters.All.ContainsKey(filter.Item1)).Item1;
            return unknown is null
                ? new Part(text, pieces[0].TrimEnd('?'), filters) { IsOptional = pieces[0].EndsWith('?') }
                : throw new FormatException($"'{unknown}' is no filter; known are {string.Join(", ", TemplateFilters.Names)}");
        }

        /// <summary>The text of an element of the list that the place names.</summary>
        public string Filter(DataRow row, int index, JsonNode? element) => element is null
            ? throw row.Fault($"element {index} of the field '{Path}' is null where a text is needed")
            : Filter(row, element);

        public string Filter(DataRow row, JsonNode value)
        {
            var text = row.AsText(Path!, value);
            try
            {
                return Filters.Aggregate(text, (current, filter) => TemplateFilters.All[filter.Name](current, filter.Argument));
            }
            catch (FormatException fault)
            {
                throw row.Fault($"field '{Path}': {fault.Message}");
            }
        }
    }
}
