namespace LibMoE.Runtime;

/// <summary>How a file's rows are laid out. Any of them may be gzipped (.gz) or stand in an archive (.zip, .tar, .tar.gz, .tgz).</summary>
public enum DataFormat
{
    /// <summary>One JSON object a line.</summary>
    JsonLines,

    /// <summary>A file with one JSON object, or a list of them.</summary>
    Json,

    /// <summary>Comma-separated values as RFC 4180 has them; without a header the fields are named 0, 1, 2, …</summary>
    Csv,

    /// <summary>Apache Parquet, lists and structs included.</summary>
    Parquet,

    /// <summary>Running text: the field <c>text</c>, one row a file or one a document where
    /// <see cref="TaskSource.Separator"/> is set.</summary>
    Text,

    /// <summary>WikiText's word-level articles, each from its <c> = Title = </c> line to the next: the field <c>text</c>.</summary>
    WikiText,

    /// <summary>Children's Book Test: 20 numbered lines, then a question line with answer and candidates after tabs: the fields
    /// <c>story</c>, <c>before</c> and <c>after</c> (of the blank), <c>answer</c>, <c>options</c>.</summary>
    ChildrensBook,

    /// <summary>HellaSwag as six plain lines an item: context, label, four endings: the fields <c>ctx</c>, <c>label</c>,
    /// <c>endings</c>.</summary>
    SixLines,

    /// <summary>Tab-separated values with the quotes of CSV and field names in the first line, as pandas writes them; lines of up to 64
    /// MiB, since they may hold images.</summary>
    Tsv,

    /// <summary>Lines with tabs between fields, without quotes and names: the fields are named 0, 1, 2, …</summary>
    TabLines,
}
