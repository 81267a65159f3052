using System.Text;
using System.Text.Json;
using LibMoE.Runtime.Data.Tokenizers;

namespace LibMoE.Runtime.Tests.Data;

public sealed class TokenizerTableTests : IDisposable
{
    private static readonly string[] Texts =
    [
        "Grüße, 世界 🙂\n\n  it's 123 o'clock\t\u00a0end",
        "First Citizen:\nBefore we proceed any further, hear me speak.",
        "e\u0301 ﷺ \0\u0001\r\n",
        "",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("bytes", 256)]
    [InlineData("gpt2", 50257)]
    [InlineData("cl100k_base", 100277)]
    [InlineData("o200k_base", 200019)]
    public void A_named_tokenizer_gives_back_every_text(string name, int vocabulary)
    {
        var tokenizer = TokenizerTable.Create(name);

        Assert.Equal(vocabulary, tokenizer.Vocabulary);
        Assert.Empty(tokenizer.Files);
        Assert.All(Texts, text => Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text))));
        Assert.All(Texts.SelectMany(tokenizer.Encode), id => Assert.InRange(id, 0, vocabulary - 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([vocabulary]));
    }

    [SkippableFact]
    public void The_files_of_GPT2_give_the_same_ids_as_its_encoding()
    {
        var path = DataCache.Default().Find("tokenizers/gpt2_vocab.json");
        Skip.If(path is null, "the data folder has no tokenizers/gpt2_vocab.json");
        var (files, encoding) = (TokenizerTable.Create(path), TokenizerTable.Create("gpt2"));

        Assert.Equal(50257, files.Vocabulary);
        foreach (var text in Texts.Append("a story.<|endoftext|>Another one's told"))
        {
            Assert.Equal(encoding.Encode(text), files.Encode(text));
            Assert.Equal(text, files.Decode(files.Encode(text)));
        }
    }

    [Fact]
    public void A_tokenizer_is_restored_from_what_was_saved_beside_the_checkpoint()
    {
        var original = TokenizerTable.Create(Vocabulary([("h", "e"), ("l", "l"), ("he", "ll"), ("hell", "o")]));
        var checkpoint = Directory.CreateDirectory(Path.Combine(_folder.Path, "step-1")).FullName;
        TokenizerTable.Save(original, DiskFiles.Instance, checkpoint);
        File.Delete(Path.Combine(_folder.Path, "vocab.json"));

        var restored = TokenizerTable.Restore(TokenizerIdentity.Of(original), checkpoint);

        Assert.Equal(["merges.txt", "vocab.json"], Directory.GetFiles(checkpoint).Select(Path.GetFileName).Order());
        Assert.Equal(original.Hash, restored.Hash);
        Assert.Equal([259], restored.Encode("hello")[..1]);
        Assert.Equal(original.Encode("hello, yellow"), restored.Encode("hello, yellow"));
    }

    [Fact]
    public void Another_tokenizer_than_the_one_trained_with_is_refused()
    {
        var original = TokenizerIdentity.Of(TokenizerTable.Create(Vocabulary([("a", "b")])));
        Vocabulary([("b", "a")]);

        Assert.Throws<TokenizerException>(() => TokenizerTable.Restore(original, _folder.Path));
        Assert.Throws<TokenizerException>(() => TokenizerTable.Restore(original with { Name = "words" }, _folder.Path));
        Assert.Equal("gpt2", TokenizerTable.Restore(TokenizerIdentity.Of(TokenizerTable.Create("gpt2")), _folder.Path).Name);
    }

    [Fact]
    public void An_unknown_tokenizer_is_answered_with_those_there_are()
    {
        var error = Assert.Throws<ConfigurationException>(() => TokenizerTable.Create("words"));

        Assert.StartsWith("There is no tokenizer 'words'; it must be one of bytes, gpt2, cl100k_base, o200k_base, ", error.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "a b", "is not JSON")]
    [InlineData("[1]", "a b", "does not hold a JSON object")]
    [InlineData("{\"a\":\"b\"}", "a b", "the piece 'a' has no id")]
    [InlineData("{\"a\":0,\"a\":1}", "a b", "the piece 'a' is there twice")]
    [InlineData("{\"a\":0,\"b\":0}", "a b", "the piece 'b' has the id 0; 2 pieces have the ids 0 to 1, each once")]
    [InlineData("{\"a\":0,\"b\":7}", "a b", "the piece 'b' has the id 7")]
    [InlineData("{\"a\":0,\"b\":1}", "a b", "the byte 33 has no piece")]
    [InlineData("{\"a\":0}}", "a b", "is not JSON")]
    [InlineData("{\"\\ud800\":0}", "a b", "is not JSON")]
    [InlineData(null, "#version: 0.2\na b c", "line 2 is 'a b c'; a line is two pieces")]
    [InlineData(null, "a b\nb a", "line 2 is 'b a'; a line is two pieces")]
    [InlineData(null, "a b\na b", "line 2 repeats the pair 'a b'")]
    [InlineData(null, "a b\n\u0001", "a line is two pieces")]
    public void A_wrong_vocabulary_is_named_with_what_is_wrong(string? vocabulary, string merges, string problem)
    {
        var path = Vocabulary([("a", "b")]);
        File.WriteAllText(Path.Combine(_folder.Path, "merges.txt"), merges);
        if (vocabulary is not null)
        {
            File.WriteAllText(path, vocabulary);
        }

        var error = Assert.Throws<TokenizerException>(() => TokenizerTable.Create(path));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(_folder.Path, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_vocabulary_without_merges_beside_it_is_refused()
    {
        var path = _folder.Write("vocab.json", "{}");

        Assert.Contains("there is no merges.txt beside it", Assert.Throws<TokenizerException>(() => TokenizerTable.Create(path)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>All bytes and some merges, as files.</summary>
    private string Vocabulary((string Left, string Right)[] merges)
    {
        var pieces = ByteLetters.Order.Select(value => ByteLetters.Write([value])).Concat(merges.Select(pair => pair.Left + pair.Right));
        _folder.Write("merges.txt", "#version: 0.2\n" + string.Concat(merges.Select(pair => $"{pair.Left} {pair.Right}\n")));
        return _folder.Write("vocab.json", Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(
            pieces.Index().ToDictionary(piece => piece.Item, piece => piece.Index))));
    }
}
