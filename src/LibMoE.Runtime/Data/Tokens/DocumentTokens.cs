using System.Text;

namespace LibMoE.Runtime.Data.Tokens;

/// <summary>
/// The ids of documents one after the other: each is its start id, where the tokenizer has one, and the ids of its text with a line break
/// after it. So every tokenizer sees the same bytes, and losses per byte can be compared.
/// </summary>
/// <param name="tokenizer">The tokenizer.</param>
internal sealed class DocumentTokens(ITokenizer tokenizer)
{
    /// <summary>UTF-8 bytes of text so far, line breaks between documents included.</summary>
    public long Bytes { get; private set; }

    /// <summary>The ids of the next document.</summary>
    public IEnumerable<int> Encode(Document document)
    {
        var text = document.Text + "\n";
        Bytes += Encoding.UTF8.GetByteCount(text);
        var ids = tokenizer.Encode(text);
        return tokenizer.Bos is { } start ? ids.Prepend(start) : ids;
    }

    /// <summary>All documents, in memory.</summary>
    public static CorpusPart InMemory(IReadOnlyList<Document> documents, ITokenizer tokenizer)
    {
        var encoder = new DocumentTokens(tokenizer);
        var ids = documents.SelectMany(encoder.Encode).ToArray();
        return new CorpusPart(
            tokenizer.Vocabulary <= 256 ? new ByteTokens(Array.ConvertAll(ids, id => (byte)id)) : new IdTokens(ids),
            encoder.Bytes,
            [.. documents.Select(document => document.Name)]);
    }
}
