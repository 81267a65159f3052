using System.Text.Json;
using LibMoE.Runtime.Data.Tokenizers.Cuts;

namespace LibMoE.Runtime.Data.Tokenizers.Json;

/// <summary>SentencePiece's way with blanks as a cut: they become ▁, a text may get one before it, and each begins a word.</summary>
internal static class MetaspaceCut
{
    private static readonly string[] Schemes = ["always", "first", "never"];

    /// <summary>Reads the step; null where its settings contradict one another.</summary>
    public static PieceCut? Read(JsonElement step)
    {
        var mark = step.Part("replacement")?.GetString() ?? "\u2581";
        var stated = step.Part("prepend_scheme")?.GetString();
        var scheme = step.Flag("add_prefix_space", otherwise: true) ? stated ?? "always" : "never";
        if (!Schemes.Contains(scheme) || (stated is not null && stated != scheme))
        {
            return null;
        }

        var split = step.Flag("split", otherwise: true)
            ? new TextSplit(CodePointRegex.Literal(mark), SplitBehavior.MergedWithNext, Inverts: false)
            : null;
        return piece =>
        {
            var text = piece.Text.Replace(" ", mark, StringComparison.Ordinal);
            var mayGet = scheme == "always" || (scheme == "first" && piece.Begins);
            var gets = mayGet && text.Length > 0 && !text.StartsWith(mark, StringComparison.Ordinal);
            text = gets ? mark + text : text;
            return split is null
                ? [piece with { Text = text }]
                : split.Of(text).Select(part => new TextPiece(text.Substring(part.Offset, part.Length), piece.Begins && part.Offset == 0));
        };
    }
}
