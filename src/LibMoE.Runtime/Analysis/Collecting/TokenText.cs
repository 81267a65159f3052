namespace LibMoE.Runtime.Analysis.Collecting;

/// <summary>Single tokens as people read them.</summary>
internal static class TokenText
{
    private const char Replacement = '\uFFFD';

    /// <summary>The token's text; its id in angle brackets where it is no text by itself, such as one byte of a longer character.</summary>
    public static string Of(ITokenizer tokenizer, int id)
    {
        var text = tokenizer.Decode([id]);
        return text.Length == 0 || text.Contains(Replacement, StringComparison.Ordinal)
            ? FormattableString.Invariant($"<{id}>")
            : text;
    }
}
