namespace LibMoE.Runtime;

/// <summary>The training or the held-out part of a domain.</summary>
/// <param name="Tokens">Its documents' ids: each the tokenizer's start id, if it has one, its text, and a line break.</param>
/// <param name="Bytes">UTF-8 bytes of the text, line breaks between documents included.</param>
/// <param name="Documents">Names of the documents, in order.</param>
public sealed record CorpusPart(ITokens Tokens, long Bytes, IReadOnlyList<string> Documents)
{
    /// <summary>Bytes of text that a token stands for, on average; 1 for bytes.</summary>
    public double BytesPerToken => (double)Bytes / Tokens.Count;
}
