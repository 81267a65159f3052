namespace LibMoE.Runtime.Data.Sources;

/// <summary>
/// How documents lie in a file. Adding a format is one row here and one reader; every format but Parquet may also be compressed, as .gz.
/// </summary>
/// <param name="Extensions">What the names of such files end in.</param>
/// <param name="Read">Its documents; the second argument is the field that holds the text, the third how long a document of running text
/// must be before it ends.</param>
internal sealed record DocumentFormat(string[] Extensions, Func<CorpusFile, string, long, IEnumerable<Document>> Read)
{
    /// <summary>A file of any other name is taken for text.</summary>
    public static DocumentFormat Text { get; } = new([".txt", ".md"], (file, _, least) => PlainDocuments.Read(file, least));

    /// <summary>Whether a file of a folder is taken, given the field that holds the text; one that is named outright always is.</summary>
    public Func<CorpusFile, string, bool> IsTakenFromFolder { get; init; } = (_, _) => true;

    /// <summary>Every format.</summary>
    public static IReadOnlyList<DocumentFormat> All { get; } =
    [
        Text,
        new([".jsonl", ".ndjson"], (file, field, _) => JsonDocuments.Read(file, field)),
        new([".json"], (file, field, _) => JsonFiles.Read(file, field)) { IsTakenFromFolder = JsonFiles.IsOfCorpus },
        new([".parquet"], (file, field, _) => ParquetTexts.Read(file, field)),
    ];

    /// <summary>The formats' extensions, for messages.</summary>
    public static string Known => string.Join(", ", All.SelectMany(format => format.Extensions));

    /// <summary>The format of a file; null where its name says nothing.</summary>
    public static DocumentFormat? Of(CorpusFile file) =>
        All.FirstOrDefault(format => format.Extensions.Contains(file.Extension, StringComparer.OrdinalIgnoreCase));
}
