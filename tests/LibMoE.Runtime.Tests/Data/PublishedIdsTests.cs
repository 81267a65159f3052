namespace LibMoE.Runtime.Tests.Data;

/// <summary>Ids that OpenAI's tiktoken gives, from its own tests and OpenAI's cookbook (both MIT):
/// a wrong id is silent otherwise.</summary>
public sealed class PublishedIdsTests
{
    private const string Birthday = "お誕生日おめでとう";
    private const string Long = "antidisestablishmentarianism";

    [Theory]
    [InlineData("hello world", new[] { 31373, 995 })]
    [InlineData("hello <|endoftext|>", new[] { 31373, 220, 50256 })]
    [InlineData("2 + 2 = 4", new[] { 17, 1343, 362, 796, 604 })]
    [InlineData(Long, new[] { 415, 29207, 44390, 3699, 1042 })]
    [InlineData(Birthday, new[] { 2515, 232, 45739, 243, 37955, 33768, 98, 2515, 232, 1792, 223, 30640, 30201, 29557 })]
    [InlineData("0", new[] { 15 })]
    [InlineData("000", new[] { 830 })]
    [InlineData("00000", new[] { 20483 })]
    [InlineData("0000000", new[] { 24598 })]
    [InlineData("000000000", new[] { 10535, 830 })]
    [InlineData("00000000000", new[] { 8269, 830 })]
    [InlineData("0000000000000", new[] { 8269, 20483 })]
    [InlineData("000000000000000", new[] { 8269, 24598 })]
    [InlineData("0000000000000000", new[] { 25645 })]
    [InlineData("00000000000000000", new[] { 8269, 10535, 830 })]
    public void Gpt2_gives_its_published_ids(string text, int[] ids) => Assert.Equal(ids, TokenizerTable.Create("gpt2").Encode(text));

    [Theory]
    [InlineData("hello world", new[] { 15339, 1917 })]
    [InlineData("hello <|endoftext|>", new[] { 15339, 220, 100257 })]
    [InlineData("rer", new[] { 38149 })]
    [InlineData("'rer", new[] { 2351, 81 })]
    [InlineData("today\n ", new[] { 31213, 198, 220 })]
    [InlineData("today\n \n", new[] { 31213, 27907 })]
    [InlineData("today\n  \n", new[] { 31213, 14211 })]
    [InlineData(" \u00850", new[] { 220, 126, 227, 15 })]
    [InlineData("👍", new[] { 9468, 239, 235 })]
    [InlineData("tiktoken is great!", new[] { 83, 1609, 5963, 374, 2294, 0 })]
    [InlineData("2 + 2 = 4", new[] { 17, 489, 220, 17, 284, 220, 19 })]
    [InlineData(Long, new[] { 519, 85342, 34500, 479, 8997, 2191 })]
    [InlineData(Birthday, new[] { 33334, 45918, 243, 21990, 9080, 33334, 62004, 16556, 78699 })]
    public void Cl100k_gives_its_published_ids(string text, int[] ids) =>
        Assert.Equal(ids, TokenizerTable.Create("cl100k_base").Encode(text));

    [Theory]
    [InlineData("hello world", new[] { 24912, 2375 })]
    [InlineData("tiktoken is great!", new[] { 83, 8251, 2488, 382, 2212, 0 })]
    [InlineData("2 + 2 = 4", new[] { 17, 659, 220, 17, 314, 220, 19 })]
    [InlineData(Long, new[] { 493, 129901, 376, 160388, 21203, 2367 })]
    [InlineData(Birthday, new[] { 8930, 9697, 243, 128225, 8930, 17693, 4344, 48669 })]
    public void O200k_gives_its_published_ids(string text, int[] ids) =>
        Assert.Equal(ids, TokenizerTable.Create("o200k_base").Encode(text));

    [Theory]
    [InlineData("gpt2")]
    [InlineData("cl100k_base")]
    [InlineData("o200k_base")]
    public void A_text_that_repeats_one_letter_is_encoded_in_reasonable_time(string name)
    {
        foreach (var piece in new[] { "^", "0", "a", "'s", " ", "\n" })
        {
            var text = string.Concat(Enumerable.Repeat(piece, 10_000));
            var tokenizer = TokenizerTable.Create(name);

            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
        }
    }

    /// <summary>The whole text by the plain rule: cut, then merge the pair of the lowest rank, again and again.</summary>
    [SkippableFact]
    public void A_whole_text_gets_the_ids_of_the_plain_rule_from_GPT2s_files()
    {
        var vocabulary = DataCache.Default().Find("tokenizers/gpt2_vocab.json");
        var text = DataCache.Default().Find("tinyshakespeare/input.txt");
        Skip.If(vocabulary is null || text is null, "the data folder has no tokenizers/gpt2_vocab.json or tinyshakespeare/input.txt");
        var sample = File.ReadAllText(text)[..200_000] + "\tNaïve café: 世界 🙂 x=42;\r\n\n  end";
        var plain = PlainBpe.Load(vocabulary, vocabulary.Replace("gpt2_vocab.json", "gpt2_merges.txt", StringComparison.Ordinal));

        var expected = GptSplitTests.Rule().Matches(sample).SelectMany(word => plain.Encode(word.Value)).ToList();

        Assert.Equal(expected, TokenizerTable.Create(vocabulary).Encode(sample));
        Assert.Equal(expected, TokenizerTable.Create("gpt2").Encode(sample));
    }
}
