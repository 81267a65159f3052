using System.Globalization;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Evaluation.Tasks;
using LibMoE.Runtime.Rows;

namespace LibMoE.Runtime.Evaluation.Reading;

/// <summary>The rows of a source, each with what other files and the rows after it say of the same item.</summary>
/// <param name="task">The task.</param>
/// <param name="files">Its files.</param>
/// <param name="ignored">Gets the entries of archives that the task does not name.</param>
internal sealed class SourceRows(EvaluationTask task, TaskFiles files, List<string> ignored)
{
    private readonly TaskSource _source = files.Source;
    private readonly IReadOnlySet<string> _asked = TaskTemplates.Fields(task, files.Source);

    /// <summary>Reads them, as they are asked for.</summary>
    /// <param name="parts">The source's files, or those of its development split.</param>
    /// <exception cref="EvaluationDataException">A file is damaged, or two do not have the same number of rows.</exception>
    public IEnumerable<DataRow> Of(IReadOnlyList<SourceFile> parts)
    {
        var rows = Plain(parts);
        if (_source.Labels is { } labels)
        {
            rows = Paired(rows, Labels(labels), labels, TaskSource.LabelField);
        }

        if (_source.Beside is { Count: > 0 } beside)
        {
            rows = Paired(rows, Plain(beside).Select(row => (JsonNode)row.Values), beside[^1], TaskSource.BesideField);
        }

        return _source.Together is { } count ? Together(rows, count) : rows;
    }

    private IEnumerable<DataRow> Plain(IReadOnlyList<SourceFile> parts) =>
        from part in parts
        from entry in DataEntries.Open(files.PathOf(part), part, ignored.Add)
        from row in RowFormats.Read(entry, _source, _asked)
        select row;

    private IEnumerable<JsonNode> Labels(SourceFile file) =>
        DataEntries.Open(files.PathOf(file), file, ignored.Add)
            .SelectMany(entry => new DataLines(entry).All().Select(line => (JsonNode)JsonValue.Create(line.Text.Trim())));

    /// <summary>The n-th row with the n-th of the other file's, as a field of that name.</summary>
    private static IEnumerable<DataRow> Paired(IEnumerable<DataRow> rows, IEnumerable<JsonNode> others, SourceFile file, string name)
    {
        using var other = others.GetEnumerator();
        var count = 0;
        foreach (var row in rows)
        {
            yield return other.MoveNext()
                ? row with { Fields = new Dictionary<string, JsonNode>(row.Fields) { [name] = other.Current } }
                : throw row.Fault($"'{file.Path}' goes with it row by row, and ends after row {count}");
            count++;
        }

        if (other.MoveNext())
        {
            throw new EvaluationDataException(
                file.Path, count + 1, $"the file goes on, where the rows that it goes with end after row {count}");
        }
    }

    /// <summary>So many rows in one: the first, with those after it as fields named by their place.</summary>
    private static IEnumerable<DataRow> Together(IEnumerable<DataRow> rows, int count)
    {
        foreach (var those in rows.Chunk(count))
        {
            if (those.Length < count)
            {
                throw those[0].Fault($"{count} rows that follow each other are one item, and {those.Length} are left for the last");
            }

            var fields = new Dictionary<string, JsonNode>(those[0].Fields);
            for (var place = 1; place < count; place++)
            {
                fields[string.Create(CultureInfo.InvariantCulture, $"${place}")] = those[place].Values;
            }

            yield return those[0] with { Fields = fields };
        }
    }
}
