using LibMoE.Runtime.Rows;

namespace LibMoE.Runtime.Data.Sources;

/// <summary>Documents that are lines of JSON, read by the reader of evaluation data.</summary>
internal static class JsonDocuments
{
    /// <summary>One document a line; lines whose text is empty are left out.</summary>
    /// <param name="file">The lines.</param>
    /// <param name="field">Which field holds the text; a dotted path into nested objects.</param>
    public static IEnumerable<Document> Read(CorpusFile file, string field)
    {
        using var stream = file.Open();
        using var all = JsonRows.ReadLines(new DataEntry(file.Path, stream)).GetEnumerator();
        while (Next(file, field, all) is { } document)
        {
            if (document.Text.Length > 0)
            {
                yield return document;
            }
        }
    }

    private static Document? Next(CorpusFile file, string field, IEnumerator<DataRow> rows)
    {
        try
        {
            return rows.MoveNext()
                ? new Document(
                    FormattableString.Invariant($"{file.Name} line {rows.Current.Line:D9}"),
                    rows.Current.AsText(field, rows.Current.Find(field)))
                : null;
        }
        catch (EvaluationDataException fault)
        {
            throw file.Fault(fault.Line, $"cannot be used: {fault.Problem.TrimEnd('.')}");
        }
    }
}
