using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LibMoE.Runtime.Tests;

public sealed class TokenizerJsonTests : IDisposable
{
    private const string GptWords = @"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private static readonly string[] s_texts =
    [
        "Grüße, 世界 🙂\n\n  it's 123 o'clock\t\u00a0end", "a story.<|endoftext|>Another one's told", "e\u0301 ﷺ \0\u0001\r\n", "",
    ];

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_pieces_of_GPT2_give_the_ids_of_its_encoding(bool cutByOwnExpression)
    {
        var vocabulary = DataCache.Default().Find("tokenizers/gpt2_vocab.json");
        Skip.If(vocabulary is null, "the data folder has no tokenizers/gpt2_vocab.json");
        var ids = JsonNode.Parse(File.ReadAllText(vocabulary))!.AsObject();
        ids.Remove("<|endoftext|>");
        var merges = File.ReadLines(vocabulary.Replace("vocab.json", "merges.txt", StringComparison.Ordinal))
            .Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal));
        var json = Json(ids, cutByOwnExpression ? merges.Select(merge => (JsonNode)new JsonArray([.. merge.Split(' ').Select(part => (JsonNode)part)])) : merges.Select(merge => (JsonNode)merge));
        json["added_tokens"] = new JsonArray(new JsonObject { ["id"] = 50256, ["content"] = "<|endoftext|>", ["special"] = true });
        if (cutByOwnExpression)
        {
            json["pre_tokenizer"] = JsonNode.Parse($$"""
                {"type": "Sequence", "pretokenizers": [
                  {"type": "Split", "pattern": {"Regex": {{JsonSerializer.Serialize(GptWords)}}}, "behavior": "Isolated", "invert": false},
                  {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}
                """);
        }

        var (tokenizer, encoding) = (Load(json), TokenizerTable.Create("gpt2"));

        Assert.Equal(50257, tokenizer.Vocabulary);
        Assert.Null(tokenizer.Bos);
        foreach (var text in s_texts)
        {
            Assert.Equal(encoding.Encode(text), tokenizer.Encode(text));
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
        }
    }

    [Fact]
    public void Merges_cuts_added_pieces_and_the_start_are_as_the_file_says()
    {
        var json = Tiny();
        json["added_tokens"] = JsonNode.Parse("""[{"id": 300, "content": "<s>"}, {"id": 301, "content": "<s>x"}]""");
        json["post_processor"] = JsonNode.Parse("""{"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A"}}]}""");
        json["normalizer"] = JsonNode.Parse("""{"type": "Sequence", "normalizers": [{"type": "NFC"}]}""");
        json["pre_tokenizer"] = JsonNode.Parse("""
            {"type": "Sequence", "pretokenizers": [
              {"type": "Digits", "individual_digits": true}, {"type": "Split", "pattern": {"String": "l"}, "behavior": "Isolated"}, {"type": "ByteLevel", "use_regex": false}]}
            """);

        var tokenizer = Load(json);

        // "ll" is merged only where no cut keeps the letters apart; é is composed before it becomes bytes.
        Assert.Equal([256, Id('l'), Id('l'), Id('o')], tokenizer.Encode("hello"));
        Assert.Equal([Id('1'), Id('2')], tokenizer.Encode("12"));
        Assert.Equal([300, Id('a'), 301], tokenizer.Encode("<s>a<s>x"));
        Assert.Equal(tokenizer.Encode("\u00e9"), tokenizer.Encode("e\u0301"));
        Assert.Equal("a<s>x", tokenizer.Decode(tokenizer.Encode("<s>a<s>x")));
        Assert.Equal(300, tokenizer.Bos);
        Assert.Equal(302, tokenizer.Vocabulary);
    }

    [Theory]
    [InlineData(false, new[] { 256, 257 })]
    [InlineData(true, new[] { 258 })]
    public void A_whole_piece_is_taken_against_the_merges_only_where_the_file_says_so(bool ignoreMerges, int[] ids)
    {
        var json = Tiny();
        json["model"]!["ignore_merges"] = ignoreMerges;

        Assert.Equal(ids, Load(json).Encode("hell"));
    }

    [Fact]
    public void A_checkpoint_finds_the_tokenizer_again_by_its_files()
    {
        var tokenizer = Load(Tiny());
        using var other = new DataFolder();
        TokenizerTable.Save(tokenizer, DiskFiles.Instance, other.Path);

        var restored = TokenizerTable.Restore(TokenizerIdentity.Of(tokenizer), other.Path);

        Assert.Equal(tokenizer.Hash, restored.Hash);
        Assert.Equal(tokenizer.Encode("hello world"), restored.Encode("hello world"));
    }

    [Theory]
    [InlineData("""{"model": {"type": "Unigram"}}""", "the model is not BPE")]
    [InlineData("""{"model": {"type": "BPE", "byte_fallback": true}}""", "take the model's tokenizer.model")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}""", "has no piece")]
    [InlineData("{", "it is not a tokenizer of Hugging Face's library")]
    [InlineData("[]", "it is not a tokenizer of Hugging Face's library")]
    public void A_file_of_another_kind_is_refused(string text, string problem) => Assert.Contains(problem, Refusal(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("normalizer", """{"type": "Lowercase"}""", "the normalizer")]
    [InlineData("pre_tokenizer", """{"type": "Metaspace"}""", "of the pre_tokenizer is not known")]
    [InlineData("pre_tokenizer", """{"type": "ByteLevel", "add_prefix_space": true}""", "of the pre_tokenizer is not known")]
    [InlineData("pre_tokenizer", "null", "it has no pre_tokenizer")]
    public void A_step_that_is_not_known_is_refused(string part, string step, string problem)
    {
        var json = Tiny();
        json[part] = JsonNode.Parse(step);

        Assert.Contains(problem, Refusal(json.ToJsonString()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("continuing_subword_prefix", "\"##\"", "continuing_subword_prefix of the model is not known; it must be empty")]
    [InlineData("end_of_word_suffix", "\"</w>\"", "end_of_word_suffix of the model is not known; it must be empty")]
    [InlineData("dropout", "0.1", "the model has a dropout")]
    public void An_option_of_the_model_that_changes_ids_is_refused(string option, string value, string problem)
    {
        var json = Tiny();
        json["model"]![option] = JsonNode.Parse(value);

        Assert.Contains(problem, Refusal(json.ToJsonString()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lstrip")]
    [InlineData("rstrip")]
    [InlineData("single_word")]
    public void An_added_piece_that_takes_its_surroundings_in_is_refused(string flag)
    {
        var json = Tiny();
        json["added_tokens"] = JsonNode.Parse($$"""[{"id": 300, "content": "<s>", "{{flag}}": true}]""");

        Assert.Contains($"the added piece '<s>' has {flag}, which is not known; it must be false", Refusal(json.ToJsonString()), StringComparison.Ordinal);
    }

    private static int Id(char letter) => ByteLetters.Order.Index().Single(entry => entry.Item == letter).Index;

    /// <summary>The 256 bytes, "he", "ll", and "hell", which no merge makes.</summary>
    private static JsonObject Tiny()
    {
        var ids = new JsonObject();
        foreach (var (index, value) in ByteLetters.Order.Index())
        {
            ids[ByteLetters.Write([value])] = index;
        }

        (ids["he"], ids["ll"], ids["hell"]) = (256, 257, 258);
        return Json(ids, ["h e", "l l"]);
    }

    private static JsonObject Json(JsonObject ids, IEnumerable<JsonNode> merges) => new()
    {
        ["pre_tokenizer"] = JsonNode.Parse("""{"type": "ByteLevel", "add_prefix_space": false}"""),
        ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = ids, ["merges"] = new JsonArray([.. merges]) },
    };

    private ITokenizer Load(JsonObject json)
    {
        _folder.With("tokenizer.json", Encoding.UTF8.GetBytes(json.ToJsonString()));
        return TokenizerTable.Create(Path.Combine(_folder.Path, "tokenizer.json"));
    }

    private string Refusal(string text)
    {
        _folder.With("tokenizer.json", text);
        return Assert.Throws<TokenizerException>(() => TokenizerTable.Create(Path.Combine(_folder.Path, "tokenizer.json"))).Message;
    }
}
