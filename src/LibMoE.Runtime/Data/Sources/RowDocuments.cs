namespace LibMoE.Runtime;

/// <summary>Documents that are rows of a table, read by the readers of evaluation data.</summary>
internal static class RowDocuments
{
    /// <summary>One document a row; rows whose text is empty are left out.</summary>
    /// <param name="file">The table.</param>
    /// <param name="field">Which field holds the text; a dotted path into nested objects.</param>
    /// <param name="place">What a row is called: "line" or "row".</param>
    /// <param name="rows">Reads the rows.</param>
    public static IEnumerable<Document> Read(CorpusFile file, string field, string place, Func<DataEntry, IEnumerable<DataRow>> rows)
    {
        using var stream = file.Open();
        using var all = rows(new DataEntry(file.Path, stream)).GetEnumerator();
        while (Next(file, field, place, all) is { } document)
        {
            if (document.Text.Length > 0)
            {
                yield return document;
            }
        }
    }

    private static Document? Next(CorpusFile file, string field, string place, IEnumerator<DataRow> rows)
    {
        try
        {
            return rows.MoveNext()
                ? new Document(
                    FormattableString.Invariant($"{file.Name} {place} {rows.Current.Line:D9}"),
                    rows.Current.AsText(field, rows.Current.Find(field)))
                : null;
        }
        catch (EvaluationDataException fault)
        {
            throw file.Fault(fault.Line, $"cannot be used: {fault.Problem.TrimEnd('.')}");
        }
    }
}
