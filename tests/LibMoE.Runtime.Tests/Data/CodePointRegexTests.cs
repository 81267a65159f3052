using System.Text.RegularExpressions;
using LibMoE.Runtime.Data.Tokenizers.Cuts;

namespace LibMoE.Runtime.Tests.Data;

public sealed class CodePointRegexTests
{
    private static readonly string[] Alphabet = ["a", "B", "7", " ", "\n", "!", "é", "世", "\u0301", "𝐀", "𝟙", "😀", "𠮷", "\U000E0100"];

    [Theory]
    [InlineData(".", "a😀b", "a|😀|b")]
    [InlineData(@"\p{L}+", "a𝐀b😀𠮷", "a𝐀b|𠮷")]
    [InlineData("[^a]", "a😀a", "😀")]
    [InlineData("[😀-😂]+", "😀😁😂😃", "😀😁😂")]
    [InlineData(@"[\x{1F600}-\x{1F602}\p{Nd}]", "😂𝟙😃", "😂|𝟙")]
    [InlineData("😀?b", "😀b", "😀b")]
    [InlineData("😀{2}", "😀😀😀", "😀😀")]
    [InlineData(@"\P{L}", "𝐀😀", "😀")]
    [InlineData(@"\p{^L}|\p{Lowercase_Letter}", "𝐀𝐚😀", "𝐚|😀")]
    [InlineData(@"[^\s\p{L}]+", "𝐀😀1 𝟙", "😀1|𝟙")]
    [InlineData(@"[\p{L}&&[^𝐀]]", "𝐀𝐁", "𝐁")]
    [InlineData("(?i:'s|k)", "'S'ſ\u212Ak", "'S|'ſ|\u212A|k")]
    [InlineData("(?i)[a-c]𐐨", "A𐐀", "A𐐀")]
    [InlineData(@"(?<=𝐀)b", "b𝐀b", "b")]
    [InlineData("a++b", "aab", "aab")]
    [InlineData("a++ab|b", "aab", "b")]
    [InlineData("a{1,2}+b", "aaaab", "aaaab")]
    [InlineData("x{,2}y", "xxxy", "xxy")]
    [InlineData("a{b", "a{b", "a{b")]
    [InlineData("b$", "b\nb", "b|b")]
    [InlineData(@"^\w", "a\nb\n", "a|b")]
    [InlineData(@"\b.", "𝐀b c", "𝐀| |c")]
    [InlineData("(?m:a.b)", "a\nb", "a\nb")]
    public void Expressions_mean_what_they_mean_in_tokenizer_files(string pattern, string text, string matches) =>
        Assert.Equal(matches, string.Join(
            '|', new CodePointRegex(pattern).Matches(text).Select(match => text.Substring(match.Offset, match.Length))));

    [Theory]
    [InlineData(@"\p{Han}", "the property 'Han' is not known")]
    [InlineData(@"\pL", "a property has no braces")]
    [InlineData("(a", "a group is not closed")]
    [InlineData("a)", "a group is closed that is not open")]
    [InlineData("[a", "it ends too early")]
    [InlineData("*", "a quantifier stands after nothing")]
    [InlineData(@"(a)\1", @"\1 is not known")]
    [InlineData(@"\R", @"\R is not known")]
    [InlineData("(?<n>a)", "is not known")]
    [InlineData("a(?i)b", "options stand after something else")]
    [InlineData("[b-a]", "a range ends before it begins")]
    [InlineData(@"\x{110000}", "is no character in hexadecimal")]
    public void What_is_not_known_is_refused_by_name(string pattern, string problem) =>
        Assert.Contains(problem, Assert.Throws<NotSupportedException>(() => new CodePointRegex(pattern)).Message, StringComparison.Ordinal);

    /// <summary>Below U+10000 .NET's own expressions are an oracle.</summary>
    [Theory]
    [InlineData(@"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")]
    [InlineData(@"[^\S\n]|[a-zé]+?\p{M}*|(?:\d|[^\w])")]
    public void Texts_without_surrogates_are_matched_as_NET_matches_them(string pattern)
    {
        var (ours, theirs, random) = (new CodePointRegex(pattern), new Regex(pattern, RegexOptions.CultureInvariant), new Random(3));
        for (var round = 0; round < 1_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => Alphabet[random.Next(9)]));

            Assert.Equal(theirs.Matches(text).Select(match => (match.Index, match.Length)), ours.Matches(text));
        }
    }

    [Theory]
    [InlineData("Isolated", false, "a |1|2| b|3")]
    [InlineData("Removed", false, "a | b")]
    [InlineData("Removed", true, "1|2|3")]
    [InlineData("Contiguous", false, "a |12| b|3")]
    [InlineData("MergedWithPrevious", false, "a 1|2| b3")]
    [InlineData("MergedWithNext", false, "a |1|2 b|3")]
    [InlineData("MergedWithPrevious", true, "a |1|2 b|3")]
    [InlineData("MergedWithNext", true, "a 1|2| b3")]
    public void A_split_keeps_removes_or_joins_its_matches(string behavior, bool inverts, string pieces)
    {
        const string text = "a 12 b3";

        var parts = new TextSplit(new CodePointRegex("[0-9]"), Enum.Parse<SplitBehavior>(behavior), inverts).Of(text);

        Assert.Equal(pieces, string.Join('|', parts.Select(part => text.Substring(part.Offset, part.Length))));
    }
}
