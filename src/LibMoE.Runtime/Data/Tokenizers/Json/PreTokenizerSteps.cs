using System.Text.Json;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Data.Tokenizers.Cuts;

namespace LibMoE.Runtime.Data.Tokenizers.Json;

/// <summary>The <c>pre_tokenizer</c> of a <c>tokenizer.json</c>: how a text is cut before merging.
/// Knowing a step is one row here.</summary>
internal static class PreTokenizerSteps
{
    private static readonly Dictionary<string, Func<JsonElement, PieceCut?>> Rows = new()
    {
        ["ByteLevel"] = step => ByteLevelCut.Of(step.Flag("add_prefix_space"), step.Flag("use_regex", otherwise: true)),
        ["Digits"] = step => By(@"\p{N}", step.Flag("individual_digits") ? SplitBehavior.Isolated : SplitBehavior.Contiguous),
        ["Punctuation"] = step => By("[[!-/:-@\\[-`{-~]\\p{P}]", Behavior(step, "Isolated")),
        ["Whitespace"] = _ => By(@"[\w\x{200C}\x{200D}]+|[^\w\x{200C}\x{200D}\s]+", SplitBehavior.Removed, inverts: true),
        ["WhitespaceSplit"] = _ => By(@"\s", SplitBehavior.Removed),
        ["CharDelimiterSplit"] =
            step => By(new TextSplit(CodePointRegex.Literal(step.Text("delimiter")), SplitBehavior.Removed, Inverts: false)),
        ["Split"] = step => By(new TextSplit(step.Pattern(), Behavior(step, null), step.Flag("invert"))),
        ["Metaspace"] = MetaspaceCut.Read,
    };

    /// <summary>Reads it.</summary>
    /// <exception cref="TokenizerException">A step is not known.</exception>
    public static IReadOnlyList<PieceCut> Read(string path, JsonElement? preTokenizer) =>
    [
        .. preTokenizer?.Steps("pretokenizers").Select(step => Rows.TryGetValue(step.Kind(), out var row) && row(step) is { } cut
            ? cut
            : throw new TokenizerException(
                path,
                $"the step {MessageText.Quote(step.GetRawText())} of the pre_tokenizer is not known; a step is one of "
                    + $"{string.Join(", ", Rows.Keys)}")) ?? [],
    ];

    /// <summary>Whether it writes words in the letters of bytes.</summary>
    public static bool IsByteLevel(JsonElement? preTokenizer) =>
        preTokenizer?.Steps("pretokenizers").Any(step => step.Kind() == "ByteLevel") == true;

    private static PieceCut By(string pattern, SplitBehavior behavior, bool inverts = false) =>
        By(new TextSplit(new CodePointRegex(pattern), behavior, inverts));

    private static PieceCut By(TextSplit split) => piece =>
        split.Of(piece.Text)
            .Select(part => new TextPiece(piece.Text.Substring(part.Offset, part.Length), piece.Begins && part.Offset == 0));

    private static SplitBehavior Behavior(JsonElement step, string? usual) =>
        (step.Part("behavior")?.GetString() ?? usual) is { } name && Enum.GetNames<SplitBehavior>().Contains(name)
            ? Enum.Parse<SplitBehavior>(name)
            : throw new NotSupportedException(
                $"the behavior of the step {MessageText.Quote(step.GetRawText())} is none of "
                    + $"{string.Join(", ", Enum.GetNames<SplitBehavior>())}");
}
