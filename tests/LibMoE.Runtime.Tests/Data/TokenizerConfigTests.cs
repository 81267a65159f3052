using System.Text.Json;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Data.Tokenizers;
using LibMoE.Runtime.Data.Tokens;
using LibMoE.Runtime.Tests.Evaluation;

namespace LibMoE.Runtime.Tests.Data;

/// <summary>Texts begin as the published tokenizer begins them: by <c>tokenizer_config.json</c>, the post-processor of
/// <c>tokenizer.json</c>, or the vocabulary.</summary>
public sealed class TokenizerConfigTests : IDisposable
{
    private const string Adds =
        """{"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}], "special_tokens": {"<s>": {"id": "<s>", "ids": [300], "tokens": ["<s>"]}}}""";

    private const string AddsNone = """{"type": "ByteLevel", "add_prefix_space": true}""";

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Llama 2, Mistral and Phi-3 have the same pieces; only their configuration says that Phi-3's texts begin
    /// without a start id.</summary>
    [Theory]
    [InlineData(null, 1, 2)]
    [InlineData("""{"tokenizer_class": "LlamaTokenizer", "bos_token": "<s>"}""", 1, 2)]
    [InlineData("""{"tokenizer_class": "LlamaTokenizer", "add_bos_token": true, "bos_token": {"__type": "AddedToken", "content": "<s>"}}""",
        1, 2)]
    [InlineData("""{"tokenizer_class": "LlamaTokenizer", "add_bos_token": false, "bos_token": "<s>", "eos_token": "</s>"}""", null, 2)]
    [InlineData("""{"add_bos_token": true, "bos_token": "h", "eos_token": "<s>"}""", 3, 1)]
    [InlineData("""{"add_bos_token": true}""", 1, 2)]
    public void Pieces_of_SentencePiece_begin_texts_as_the_configuration_says(string? config, int? start, int end)
    {
        var tokenizer = SentencePiece(config);

        Assert.Equal((start, end), (tokenizer.Bos, tokenizer.Eos));
        Assert.Equal(config is null ? 1 : 2, tokenizer.Files.Count);
    }

    /// <summary>DeepSeekMoE's file adds no start, its class does; Llama 3's file does, and its configuration does not say.</summary>
    [Theory]
    [InlineData(Adds, null, 300)]
    [InlineData(AddsNone, null, null)]
    [InlineData(Adds, """{"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>"}""", 300)]
    [InlineData(Adds, """{"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "add_bos_token": true}""", 300)]
    [InlineData(AddsNone, """{"tokenizer_class": "Qwen2Tokenizer", "bos_token": null, "add_bos_token": false}""", null)]
    [InlineData(AddsNone, """{"tokenizer_class": "LlamaTokenizerFast", "bos_token": "<s>", "add_bos_token": true}""", 300)]
    [InlineData(AddsNone, """{"tokenizer_class": "LlamaTokenizerFast", "bos_token": "<s>"}""", 300)]
    [InlineData(Adds, """{"tokenizer_class": "LlamaTokenizerFast", "bos_token": "<s>", "add_bos_token": false}""", null)]
    [InlineData(Adds, """{"tokenizer_class": "GPTNeoXTokenizerFast", "bos_token": "<s>"}""", null)]
    [InlineData("""{"type": "Sequence", "processors": [{"type": "ByteLevel"}, {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}}]}]}""", null, 300)]
    [InlineData("""{"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A"}}, {"SpecialToken": {"id": "<s>"}}]}""", null, null)]
    public void A_tokenizer_json_begins_texts_as_its_class_or_its_post_processor_does(string processor, string? config, int? start) =>
        Assert.Equal(start, Json(processor, config).Bos);

    [Theory]
    [InlineData(Adds, """{"tokenizer_class": "PreTrainedTokenizerFast", "add_bos_token": false}""",
        "add_bos_token is false, but the post_processor of tokenizer.json says otherwise")]
    [InlineData(AddsNone, """{"tokenizer_class": "Qwen2Tokenizer", "add_bos_token": true, "bos_token": "<s>"}""",
        "add_bos_token is true, but the post_processor of tokenizer.json says otherwise")]
    [InlineData(AddsNone, """{"tokenizer_class": "LlamaTokenizer", "add_bos_token": true}""",
        "add_bos_token is true, but bos_token is not stated")]
    [InlineData(AddsNone, """{"tokenizer_class": "LlamaTokenizer", "bos_token": "<begin>"}""",
        "bos_token is '<begin>', which is not a piece of the vocabulary")]
    [InlineData(AddsNone, """{"add_bos_token": "yes"}""", "it does not describe a tokenizer")]
    [InlineData(AddsNone, "[", "it does not describe a tokenizer")]
    [InlineData("""{"type": "RobertaProcessing", "cls": ["<s>", 300]}""", null, "the post_processor")]
    [InlineData("""{"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}}, {"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}}]}""", null, "begins texts with <s> <s>; one id can stand there")]
    public void What_is_not_clear_is_refused(string processor, string? config, string message) =>
        Assert.Contains(message, Assert.Throws<TokenizerException>(() => Json(processor, config)).Message, StringComparison.Ordinal);

    [Fact]
    public void Scored_and_generated_texts_and_those_trained_on_begin_so()
    {
        var (with, without) = (SentencePiece(null), SentencePiece("""{"add_bos_token": false}"""));
        var item = new EvaluationItem
        {
            Index = 0,
            Place = "",
            Group = "",
            Form = TaskForm.WholeText,
            Options = [new TextPair("", "hello")],
            Characters = [5],
            Bytes = [5],
            Gold = 0,
            Document = [],
        };

        Assert.Equal([1, .. with.Encode("hello")], new RequestMaker(with, 20).Make(item, 0).Requests[0].Ids);
        Assert.Equal(without.Encode("hello"), new RequestMaker(without, 20).Make(item, 0).Requests[0].Ids);
        Assert.Equal(1, new DocumentTokens(with).Encode(new Document("a", "hello")).First());
        Assert.Equal(without.Encode("hello\n"), new DocumentTokens(without).Encode(new Document("a", "hello")));
        using var model = LanguageModel.Create(new ModelConfig { Vocabulary = with.Vocabulary });
        Assert.Throws<ConfigurationException>(() => TextGenerator.Text(model, without, new GenerationOptions { Prompt = "" }));
        Assert.NotNull(TextGenerator.Text(model, with, new GenerationOptions { Prompt = "" }));
    }

    [Fact]
    public void A_checkpoint_keeps_the_start_and_cached_results_of_another_start_are_not_taken()
    {
        var (own, stated, without) =
            (SentencePiece(null), SentencePiece("""{"add_bos_token": true}"""), SentencePiece("""{"add_bos_token": false}"""));
        using var other = new DataFolder();
        TokenizerTable.Save(without, DiskFiles.Instance, other.Path);

        Assert.Null(TokenizerTable.Restore(TokenizerIdentity.Of(without), other.Path).Bos);
        Assert.Equal(own.Hash, stated.Hash);
        Assert.NotEqual(own.Hash, without.Hash);
    }

    [Fact]
    public void An_export_states_both_ends()
    {
        using var model = LanguageModel.Create(new ModelConfig { Vocabulary = 262 });
        var tokenizer = SentencePiece("""{"add_bos_token": true}""");
        using var folder = new DataFolder();

        HuggingFaceExport.Save(model, folder.Path, tokenizer: tokenizer);

        var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Path, "config.json"))).RootElement;
        Assert.Equal((1, 2), (config.GetProperty("bos_token_id").GetInt32(), config.GetProperty("eos_token_id").GetInt32()));
        Assert.Equal("""{"add_bos_token": true}""", File.ReadAllText(Path.Combine(folder.Path, "tokenizer_config.json")));
    }

    /// <summary>&lt;unk&gt;, &lt;s&gt;, &lt;/s&gt;, two letters and the bytes.</summary>
    private ITokenizer SentencePiece(string? config)
    {
        _folder.With("tokenizer.model", SentencePieceVocabularyTests.Model(
        [
            ("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), ("h", -1, 1), ("\u2581", -2, 1),
            .. Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", 0f, (byte)6)),
        ]));
        return Create("tokenizer.model", config);
    }

    private ITokenizer Json(string processor, string? config)
    {
        var ids = new JsonObject();
        foreach (var (index, value) in ByteLetters.Order.Index())
        {
            ids[ByteLetters.Write([value])] = index;
        }

        _folder.With("tokenizer.json", new JsonObject
        {
            ["added_tokens"] = JsonNode.Parse("""[{"id": 300, "content": "<s>"}]"""),
            ["pre_tokenizer"] = JsonNode.Parse("""{"type": "ByteLevel", "add_prefix_space": false}"""),
            ["post_processor"] = JsonNode.Parse(processor),
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = ids, ["merges"] = new JsonArray() },
        }.ToJsonString());
        return Create("tokenizer.json", config);
    }

    private ITokenizer Create(string vocabulary, string? config)
    {
        File.Delete(Path.Combine(_folder.Path, "tokenizer_config.json"));
        if (config is not null)
        {
            _folder.With("tokenizer_config.json", config);
        }

        return TokenizerTable.Create(Path.Combine(_folder.Path, vocabulary));
    }
}
