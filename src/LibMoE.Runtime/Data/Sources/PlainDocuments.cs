namespace LibMoE.Runtime.Data.Sources;

/// <summary>Documents of running text.</summary>
internal static class PlainDocuments
{
    /// <summary>The whole file as one document where it is short; else cut between paragraphs.</summary>
    /// <param name="file">The text.</param>
    /// <param name="least">The length, in characters, from which a document may end.</param>
    public static IEnumerable<Document> Read(CorpusFile file, long least)
    {
        var shape = TextCut.Measure(file);
        return shape.Characters <= least
            ? TextCut.Cut(file, "\n", long.MaxValue / 2).Select(document => document with { Name = file.Name })
            : TextCut.Cut(file, shape.HasParagraphs ? "\n\n" : "\n", least);
    }
}
