using System.Text.RegularExpressions;
using LibMoE.Runtime.Data.Tokenizers;

namespace LibMoE.Runtime.Tests.Data;

public sealed partial class GptSplitTests
{
    private const string Alphabet = "ab'sdmtlverLn019½ⅷ _.,-!\u00a0\u0085\u2003\n\r\tжéß世界\u0301ﷺ\0\uFFFD";

    /// <summary>GPT-2's rule as it is published, which .NET reads rightly below U+10000.</summary>
    [GeneratedRegex(@"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    internal static partial Regex Rule();

    [Fact]
    public void Texts_are_cut_as_the_published_rule_cuts_them()
    {
        var random = new Random(9);
        for (var round = 0; round < 5_000; round++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(30)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);

            Assert.Equal(Rule().Matches(text).Select(match => (match.Index, match.Length)), GptSplit.Words(text));
        }
    }

    [Fact]
    public void Characters_above_U_FFFF_are_cut_as_those_of_their_kind_below()
    {
        (string Above, string Below)[] pairs =
            [("𝐇", "H"), ("𠮷", "世"), ("𝟗", "9"), ("🙂", "!"), ("🏽", "+"), ("a", "a"), (" ", " "), ("'", "'"), ("s", "s"), ("\n", "\n")];
        var random = new Random(10);
        for (var round = 0; round < 2_000; round++)
        {
            var drawn = Enumerable.Range(0, random.Next(20)).Select(_ => pairs[random.Next(pairs.Length)]).ToList();
            var (above, below) = (string.Concat(drawn.Select(pair => pair.Above)), string.Concat(drawn.Select(pair => pair.Below)));

            Assert.Equal(
                Rule().Matches(below).Select(match => match.Length),
                GptSplit.Words(above).Select(word => above.Substring(word.Offset, word.Length).EnumerateRunes().Count()));
        }
    }

    [Fact]
    public void Special_pieces_are_cut_out_as_they_stand()
    {
        const string text = "one <|a|><|ab|> two<|a|>";

        var parts = AddedPieces.Literal(new Dictionary<string, int> { ["<|a|>"] = 0, ["<|ab|>"] = 1 }).Of(text);

        Assert.Equal(
            [("one ", null), ("<|a|>", 0), ("<|ab|>", 1), (" two", null), ("<|a|>", 0)], parts.Select(part => (part.Part, part.Id)));
    }
}
