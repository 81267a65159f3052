using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Data.Tokenizers;
using LibMoE.Runtime.Data.Tokenizers.Merging;
using LibMoE.Runtime.Tests.Evaluation;

namespace LibMoE.Runtime.Tests.Data;

public sealed class TokenizerJsonTests : IDisposable
{
    private const string GptWords = @"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private static readonly string[] Texts =
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
        var json = Json(ids, cutByOwnExpression
            ? merges.Select(merge => (JsonNode)new JsonArray([.. merge.Split(' ').Select(part => (JsonNode)part)]))
            : merges.Select(merge => (JsonNode)merge));
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
        foreach (var text in Texts)
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
        json["post_processor"] = JsonNode.Parse(
            """{"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A"}}]}""");
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
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}""", "characters that are not pieces would be lost")]
    [InlineData("""{"model": {"type": "BPE", "byte_fallback": true, "vocab": {"a": 0}, "merges": []}}""",
        "characters that are not pieces would be lost")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "pre_tokenizer": {"type": "ByteLevel"}}""", "has no piece")]
    [InlineData("""{"model": {"type": "BPE", "unk_token": "b", "vocab": {"a": 0}, "merges": []}}""", "the unk_token 'b' is not a piece")]
    [InlineData("""{"model": {"type": "BPE", "unk_token": "a", "vocab": {"a": 0}, "merges": ["a a"]}}""", "the merge 'a a' makes no piece")]
    [InlineData("{", "it is not a tokenizer of Hugging Face's library")]
    [InlineData("[]", "it is not a tokenizer of Hugging Face's library")]
    public void A_file_of_another_kind_is_refused(string text, string problem) =>
        Assert.Contains(problem, Refusal(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("normalizer", """{"type": "Lowercase"}""", "the normalizer")]
    [InlineData("pre_tokenizer", """{"type": "UnicodeScripts"}""", "of the pre_tokenizer is not known")]
    [InlineData("pre_tokenizer", """{"type": "Metaspace", "add_prefix_space": false, "prepend_scheme": "always"}""",
        "of the pre_tokenizer is not known")]
    [InlineData("pre_tokenizer", """{"type": "Split", "pattern": {"String": "a"}, "behavior": "Kept"}""",
        "none of Isolated, Removed, Contiguous, MergedWithPrevious, MergedWithNext")]
    [InlineData("pre_tokenizer", """{"type": "Split", "pattern": {"Regex": "\\p{Han}"}, "behavior": "Isolated"}""",
        "the property 'Han' is not known")]
    [InlineData("pre_tokenizer", "null", "it has neither a pre_tokenizer of the kind ByteLevel")]
    [InlineData("decoder", """{"type": "CTC"}""", "the decoder")]
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
    [InlineData("lstrip", "a <s> b", new[] { 'a', 300, ' ', 'b' })]
    [InlineData("rstrip", "a <s> b", new[] { 'a', ' ', 300, 'b' })]
    [InlineData("single_word", "a<s> <s> <s>b<s>", new[] { 'a', '<', 's', '>', ' ', 300, ' ', '<', 's', '>', 'b', '<', 's', '>' })]
    [InlineData("special", "a<s>b", new[] { 'a', 300, 'b' })]
    public void An_added_piece_takes_its_surroundings_in_as_the_file_says(string flag, string text, int[] ids)
    {
        var json = Tiny();
        json["added_tokens"] = JsonNode.Parse($$"""[{"id": 300, "content": "<s>", "{{flag}}": true}]""");
        json["pre_tokenizer"]!["use_regex"] = false;

        Assert.Equal(ids.Select(id => id < 300 ? Id((char)id) : id), Load(json).Encode(text));
    }

    [Fact]
    public void Letters_above_U_FFFF_are_letters_and_no_text_is_lost()
    {
        var json = Tiny();
        json["pre_tokenizer"] = JsonNode.Parse("""
            {"type": "Sequence", "pretokenizers": [
              {"type": "Split", "pattern": {"Regex": "[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+|\\s+"}, "behavior": "Isolated", "invert": false},
              {"type": "ByteLevel", "use_regex": false}]}
            """);
        var tokenizer = Load(json);

        Assert.All(["😀hello", "𝐇ello 𠮷", "a😀\ud800b"], text => Assert.Equal(
            text.Replace('\ud800', '\ufffd'), tokenizer.Decode(tokenizer.Encode(text))));
    }

    /// <summary>OLMoE, GPT-NeoX, DeepSeek and StarCoder have no pieces for bytes that UTF-8 never has.</summary>
    [Fact]
    public void A_vocabulary_without_the_13_bytes_that_UTF8_never_has_loads_and_one_that_lacks_another_does_not()
    {
        var json = Tiny();
        byte[] never = [0xC0, 0xC1, .. Enumerable.Range(0xF5, 11).Select(value => (byte)value)];
        Assert.All(never, value => Assert.True(json["model"]!["vocab"]!.AsObject().Remove(ByteLetters.Write([value]))));

        const string text = "é 世界 😀 \U0010FFFF";
        Assert.Equal(text, Load(json).Decode(Load(json).Encode(text)));

        json["model"]!["vocab"]!.AsObject().Remove(ByteLetters.Write([0xF4]));
        Assert.Contains("has no piece; a byte-level vocabulary has one for each of the 243 bytes that UTF-8 has",
            Refusal(json.ToJsonString()), StringComparison.Ordinal);
    }

    /// <summary>Merging looks at each pair once, and at two more for each merge: 3·n in all.</summary>
    [Theory]
    [InlineData('h')]
    [InlineData('l')]
    public void A_word_of_100_000_letters_takes_a_linear_number_of_looks(char letter)
    {
        const int n = 100_000;
        var ids = new Dictionary<string, int> { ["h"] = 0, ["l"] = 1, ["hh"] = 2, ["hhhh"] = 3, ["ll"] = 4, ["lll"] = 5 };
        var model = new BpeModel(ids, [("h", "h"), ("hh", "hh"), ("l", "l"), ("ll", "l")], new BpeModelOptions());

        var merged = model.Merge(new string(letter, n), out var looks);

        Assert.Equal(letter == 'h' ? n / 4 : n / 2, merged.Length);
        Assert.InRange(looks, n - 1, 3 * n);
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
