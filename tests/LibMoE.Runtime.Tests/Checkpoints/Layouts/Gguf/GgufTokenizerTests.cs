using System.Text;
using LibMoE.Runtime.Checkpoints.Layouts.Gguf;
using LibMoE.Runtime.Data.Tokenizers;
using LibMoE.Runtime.Tests.Evaluation;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.Gguf;

/// <summary>A tokenizer that goes into a GGUF file comes back with the ids and texts that it had, and what the format has no place for is
/// refused by name.</summary>
public sealed class GgufTokenizerTests : IDisposable
{
    private const string Words = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|";
    private const string Others = @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string Upper = @"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]";
    private const string Lower = @"[\p{Ll}\p{Lm}\p{Lo}\p{M}]";
    private const string ByCase =
        $@"[^\r\n\p{{L}}\p{{N}}]?{Upper}*{Lower}+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
        + $@"[^\r\n\p{{L}}\p{{N}}]?{Upper}+{Lower}*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
        + @"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly string[] Texts =
    [
        "", " ", "Hello world, it's 12345 o'clock.", "  two  blanks\tand\ttabs \n\n\r\n",
        "naïve café — Ω ≠ 𝔘 👩‍👩‍👧 日本語 한국어", "▁low bar",
        "<|endoftext|>a<|endoftext|>", "<s>x</s>", "aaaaabbbbb cab bac", "\0\u0001\u007f", "I'VE she'll THEY'D",
        "HelloHELLOHell aaBaab a/b//\n",
    ];

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Bytes_are_bytes_again() => Same(new ByteTokenizer());

    [Fact]
    public void A_trained_byte_level_vocabulary_has_the_same_ids() => Same(Trained());

    [Theory]
    [InlineData(null, false, "gpt-2")]
    [InlineData(Words + @"\p{N}" + Others, false, "qwen2")]
    [InlineData(Words + @"\p{N}{1,3}" + Others, true, "llama-bpe")]
    [InlineData(ByCase, false, "gpt-4o")]
    public void A_published_tokenizer_json_has_the_same_ids(string? expression, bool wholeWords, string name)
    {
        var split = expression is null ? "" : $$"""
            {"type": "Split", "pattern": {"Regex": {{System.Text.Json.JsonSerializer.Serialize(expression)}}}, "behavior": "Isolated", "invert": false},
            """;
        _folder.With("tokenizer.json", Json($$"""
            {"type": "Sequence", "pretokenizers": [{{split}} {"type": "ByteLevel", "add_prefix_space": false, "use_regex": {{(expression is null ? "true" : "false")}}}]}
            """, wholeWords)).With("tokenizer_config.json", """{"add_bos_token": true, "bos_token": "<s>", "eos_token": "<|endoftext|>"}""");
        var json = TokenizerJson.Load(Path.Combine(_folder.Path, "tokenizer.json"));

        var metadata = Same(json);

        Assert.Equal(name, metadata["tokenizer.ggml.pre"].Content);
        Assert.Equal(true, metadata["tokenizer.ggml.add_bos_token"].Content);
    }

    [Fact]
    public void Words_thrown_away_from_between_matches_are_the_matches()
    {
        _folder.With("tokenizer.json", Json(Split(ByCase, "Removed", invert: true)));

        Assert.Equal("gpt-4o", Same(TokenizerJson.Load(Path.Combine(_folder.Path, "tokenizer.json")))["tokenizer.ggml.pre"].Content);

        _folder.With("tokenizer.json", Json(Split(ByCase, "Removed", invert: false)));
        Assert.Throws<ConfigurationException>(
            () => GgufTokenizerWriter.Of(TokenizerJson.Load(Path.Combine(_folder.Path, "tokenizer.json"))));
    }

    /// <summary>A converted tiktoken vocabulary says <c>ignore_merges</c>, which llama.cpp does for Llama 3 alone.</summary>
    [Fact]
    public void Pieces_that_are_taken_whole_are_written_where_their_merges_make_them()
    {
        var json = Json(Split(ByCase, "Isolated", invert: false), wholeWords: true);
        _folder.With("tokenizer.json", json);

        Assert.Equal(
            "The tokenizer tokenizer.json cannot be written into a GGUF file: llama.cpp merges words that it cuts as gpt-4o even where "
                + "they are pieces, and here that changes 'Hello'.",
            Assert.Throws<ConfigurationException>(
                () => GgufTokenizerWriter.Of(TokenizerJson.Load(Path.Combine(_folder.Path, "tokenizer.json")))).Message);

        _folder.With("tokenizer.json", json.Replace("\"He ll\"", "\"He ll\", \"Hell o\"", StringComparison.Ordinal));
        Same(TokenizerJson.Load(Path.Combine(_folder.Path, "tokenizer.json")));
    }

    /// <summary>llama.cpp's own default: Llama 3's texts begin with the start token, those of other byte-level vocabularies do
    /// not.</summary>
    [Theory]
    [InlineData(@"\p{N}{1,3}", true, "llama-bpe", true)]
    [InlineData(@"\p{N}{1,3}", true, "llama3", true)]
    [InlineData(@"\p{N}", false, "qwen2", false)]
    public void Where_a_file_does_not_say_whether_texts_begin_with_the_start_token_its_cuts_do(
        string digits, bool wholeWords, string name, bool starts)
    {
        _folder.With("tokenizer.json", Json($$"""
            {"type": "Sequence", "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": {{System.Text.Json.JsonSerializer.Serialize(Words + digits + Others)}}}, "behavior": "Isolated", "invert": false},
                {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}
            """, wholeWords)).With("tokenizer_config.json", """{"add_bos_token": true, "bos_token": "<s>", "eos_token": "<|endoftext|>"}""");
        var tokenizer = TokenizerJson.Load(Path.Combine(_folder.Path, "tokenizer.json"));
        var metadata = Metadata(tokenizer, tokenizer.Vocabulary);
        metadata["tokenizer.ggml.pre"] = GgufValue.Of(name);
        metadata.Remove("tokenizer.ggml.add_bos_token");

        var read = GgufTokenizerReader.Of(new GgufMetadata("x.gguf", metadata));

        Assert.Equal(starts ? 265 : null, read.Bos);
        metadata["tokenizer.ggml.add_bos_token"] = GgufValue.Of(!starts);
        Assert.Equal(starts ? null : 265, GgufTokenizerReader.Of(new GgufMetadata("x.gguf", metadata)).Bos);
    }

    [Fact]
    public void A_llama2c_vocabulary_is_SentencePieces_with_the_same_ids()
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes))
        {
            writer.Write(10);
            var special = new[] { "<unk>", "\n<s>\n", "\n</s>\n" };
            var letters = Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>");
            var pieces = new[] { " ", "a", "b", "c", "e", "h", "l", "o", "w", "ab", " a", "aa", "he", "ll", "hell", " w", "é", "日" };
            foreach (var (id, piece) in special.Concat(letters).Concat(pieces).Index())
            {
                var text = Encoding.UTF8.GetBytes(piece);
                writer.Write(id < 259 ? 0f : -(id - 259f));
                writer.Write(text.Length);
                writer.Write(text);
            }
        }

        File.WriteAllBytes(Path.Combine(_folder.Path, "tok277.bin"), bytes.ToArray());

        var metadata = Same(ScoreMergeTokenizer.Load(Path.Combine(_folder.Path, "tok277.bin")), Texts[1..5]);

        Assert.Equal("llama", metadata["tokenizer.ggml.model"].Content);
    }

    [Fact]
    public void Ids_beyond_the_tokenizers_get_pieces_that_stand_for_nothing()
    {
        var trained = Trained();
        var metadata = Metadata(trained, trained.Vocabulary + 5);

        var read = GgufTokenizerReader.Of(new GgufMetadata("x.gguf", metadata));

        Assert.Equal(trained.Vocabulary + 5, ((object[])metadata["tokenizer.ggml.tokens"].Content).Length);
        Assert.Equal(trained.Vocabulary, read.Vocabulary);
    }

    [Fact]
    public void What_the_format_has_no_place_for_is_refused_by_name()
    {
        _folder.With("tokenizer.json", Json("""{"type": "ByteLevel", "add_prefix_space": true, "use_regex": true}"""));
        var json = TokenizerJson.Load(Path.Combine(_folder.Path, "tokenizer.json"));

        Assert.Equal(
            "The tokenizer tokenizer.json cannot be written into a GGUF file: llama.cpp has no name for how it cuts texts, the "
                + "pre_tokenizer of tokenizer.json.",
            Assert.Throws<ConfigurationException>(() => GgufTokenizerWriter.Of(json)).Message);
        Assert.Equal(
            "The tokenizer cl100k_base cannot be written into a GGUF file: only byte-level BPE and SentencePiece are written.",
            Assert.Throws<ConfigurationException>(() => GgufTokenizerWriter.Of(TiktokenEncoding.Create("cl100k_base"))).Message);
    }

    [Theory]
    [InlineData("tokenizer.ggml.model", "bert",
        "x.gguf: tokenizer.ggml.model is 'bert'; a tokenizer can be read where it is llama or gpt2.")]
    [InlineData("tokenizer.ggml.pre", "tekken",
        "x.gguf: tokenizer.ggml.pre is 'tekken'; how that cuts texts is not known here, only gpt-2,")]
    [InlineData("tokenizer.ggml.tokens", null, "x.gguf has no tokenizer: tokenizer.ggml.tokens is 'absent'.")]
    public void What_is_not_known_in_a_file_is_refused_by_name(string name, string? value, string message)
    {
        var metadata = Metadata(Trained(), Trained().Vocabulary);
        metadata.Remove(name);
        if (value is not null)
        {
            metadata.Add(name, GgufValue.Of(value));
        }

        Assert.Contains(
            message.Replace("'absent'", "absent", StringComparison.Ordinal),
            Assert.Throws<ConfigurationException>(() => GgufTokenizerReader.Of(new GgufMetadata("x.gguf", metadata))).Message,
            StringComparison.Ordinal);
    }

    private static Dictionary<string, GgufValue> Same(ITokenizer tokenizer, IEnumerable<string>? texts = null)
    {
        var metadata = Metadata(tokenizer, tokenizer.Vocabulary);

        var read = GgufTokenizerReader.Of(new GgufMetadata("x.gguf", metadata));

        Assert.Equal((tokenizer.Vocabulary, tokenizer.Bos), (read.Vocabulary, read.Bos));
        Assert.Equal(tokenizer.Eos ?? tokenizer.Bos, read.Eos ?? read.Bos);
        Assert.All(texts ?? Texts, text =>
        {
            var ids = tokenizer.Encode(text);
            Assert.Equal(ids, read.Encode(text));
            Assert.Equal(tokenizer.Decode(ids), read.Decode(ids));
        });
        return metadata;
    }

    private static string Split(string expression, string behavior, bool invert) => $$"""
        {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": {{System.Text.Json.JsonSerializer.Serialize(expression)}}}, "behavior": "{{behavior}}",
             "invert": {{(invert ? "true" : "false")}}},
            {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}
        """;

    private static Dictionary<string, GgufValue> Metadata(ITokenizer tokenizer, int vocabulary) =>
        GgufTokenizerWriter.Of(tokenizer).Write(vocabulary).ToDictionary(value => value.Name, value => value.Value);

    private ByteLevelBpe Trained()
    {
        var pieces = ByteLetters.Order.Select(value => ByteLetters.Write([value]))
            .Concat(["ab", "He", "ll", "Hell", "Ġw", "aa", "<|endoftext|>"]);
        _folder.With("vocab.json", System.Text.Json.JsonSerializer.Serialize(
            pieces.Index().ToDictionary(piece => piece.Item, piece => piece.Index)))
            .With("merges.txt", "#version: 0.2\na b\nH e\nl l\nHe ll\nĠ w\na a\n");
        return ByteLevelBpe.Load(Path.Combine(_folder.Path, "vocab.json"));
    }

    private static string Json(string preTokenizer, bool wholeWords = false)
    {
        var pieces = ByteLetters.Order.Select(value => ByteLetters.Write([value]))
            .Concat(["ab", "He", "ll", "Hell", "Hello", "Ġw", "aa", "12", "Ġ12"]).Index()
            .ToDictionary(piece => piece.Item, piece => piece.Index);
        return $$$"""
            {"added_tokens": [{"id": 265, "content": "<s>", "special": true}, {"id": 266, "content": "<|endoftext|>", "special": true}],
             "normalizer": null, "pre_tokenizer": {{{preTokenizer}}}, "decoder": {"type": "ByteLevel"},
             "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                "special_tokens": {"<s>": {"id": "<s>", "ids": [265], "tokens": ["<s>"]} } },
             "model": {"type": "BPE", "ignore_merges": {{{(wholeWords ? "true" : "false")}}}, "vocab": {{{System.Text.Json.JsonSerializer.Serialize(pieces)}}},
                "merges": ["a b", ["H", "e"], "l l", "He ll", "Ġ w", "a a", "1 2", "Ġ 12"]}}
            """;
    }
}
