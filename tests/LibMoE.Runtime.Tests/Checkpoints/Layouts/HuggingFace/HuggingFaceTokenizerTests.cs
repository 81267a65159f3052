using System.Text.Json;
using LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;
using LibMoE.Runtime.Data.Tokenizers;
using LibMoE.Runtime.Tests.Evaluation;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;

/// <summary>Which of a folder's files the tokenizer is made from.</summary>
public sealed class HuggingFaceTokenizerTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_without_one_is_refused_with_what_would_do()
    {
        var error = Assert.Throws<ConfigurationException>(() => Tokenizer());

        Assert.Contains("has no tokenizer that can be read; put tokenizer.model or tokenizer.json or vocab.json into it",
            error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_whole_description_goes_before_the_bare_vocabulary_and_what_an_export_says_before_both()
    {
        var ids = ByteLetters.Order.Index().ToDictionary(entry => ByteLetters.Write([entry.Item]), entry => entry.Index);
        var vocabulary = JsonSerializer.Serialize(ids);
        _folder.With("vocab.json", vocabulary).With("merges.txt", "");
        Assert.IsType<ByteLevelBpe>(Tokenizer());

        _folder.With("tokenizer.json",
            $$$"""{"pre_tokenizer": {"type": "ByteLevel"}, "model": {"type": "BPE", "vocab": {{{vocabulary}}}, "merges": []}}""");
        Assert.IsType<TokenizerJson>(Tokenizer());

        HuggingFaceTokenizer.Save(new ByteTokenizer(), DiskFiles.Instance, _folder.Path);
        Assert.IsType<ByteTokenizer>(Tokenizer());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{")]
    public void What_an_export_says_is_checked(string text)
    {
        _folder.With(HuggingFaceTokenizer.IdentityFile, text);

        Assert.Contains("it does not say which tokenizer it is", Assert.Throws<TokenizerException>(() => Tokenizer()).Message,
            StringComparison.Ordinal);
    }

    private ITokenizer Tokenizer() => HuggingFaceTokenizer.Of(DiskFiles.Instance, _folder.Path);
}
