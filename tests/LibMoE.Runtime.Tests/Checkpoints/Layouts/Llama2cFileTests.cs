using LibMoE.Runtime.Tests.Evaluation;
using LibMoE.Runtime.Tests.Models;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts;

/// <summary>Files written here from llama2.c's description of them, read by the loader.</summary>
public sealed class Llama2cFileTests
{
    private static readonly ModelConfig Config = new()
    {
        Vocabulary = 13,
        Dim = 12,
        Layers = 2,
        Heads = 6,
        KeyValueHeads = 3,
        Hidden = 7,
        Context = 9,
        TieEmbeddings = true,
        RotaryLayout = RotaryLayout.Interleaved,
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_gives_the_model_that_plain_loops_compute_from_its_numbers(bool tied)
    {
        var config = Config with { TieEmbeddings = tied };
        var written = new Llama2cBytes(config, seed: 3);
        using var folder = new DataFolder().With("tiny.bin", written.File);

        using var scope = NewDisposeScope();
        using var loaded = ModelLoader.Load(Path.Combine(folder.Path, "tiny.bin"), [], ScalarType.Float64);

        long[] ids = [3, 1, 4, 1, 5, 9, 2, 6, 5];
        var expected = new PlainTransformer(config, written.State).Logits(ids).SelectMany(row => row).ToArray();
        Assert.True(expected.Max(Math.Abs) > 0.1, "logits of nearly 0 would show nothing");
        Assert.Equal(config, loaded.Model.Config);
        Assert.All(
            expected.Zip(LanguageModelTests.Values(loaded.Model.forward(tensor(ids, [1, 9])).Logits)),
            pair => Assert.Equal(pair.First, pair.Second, 1e-11));
    }

    [Fact]
    public void Loading_leaves_no_tensor_alive_but_the_models()
    {
        using var folder = new DataFolder().With("tiny.bin", new Llama2cBytes(Config, seed: 3).File);
        var path = Path.Combine(folder.Path, "tiny.bin");
        ModelLoader.Load(path, []).Dispose();

        var start = LiveTensors.Count;
        using var made = LanguageModel.Create(Config);
        var afterMaking = LiveTensors.Count;
        using var loaded = ModelLoader.Load(path, []);
        var afterLoading = LiveTensors.Count;

        Assert.Equal(afterMaking - start, afterLoading - afterMaking);
    }

    [Fact]
    public void A_file_that_is_cut_short_or_too_long_is_refused_with_both_lengths()
    {
        var bytes = new Llama2cBytes(Config, seed: 3).File;

        Assert.Contains($"has {bytes.Length - 4} bytes", ErrorOf(bytes[..^4]), StringComparison.Ordinal);
        Assert.Contains($"has {bytes.Length + 4} bytes", ErrorOf([.. bytes, 0, 0, 0, 0]), StringComparison.Ordinal);
        Assert.Contains("has 20 bytes", ErrorOf(bytes[..20]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 0x616b3432, 1, 12, 7, 2, 6, 3 }, "version 1 or 2")]
    [InlineData(new[] { 0, 7, 2, 6, 3, 13, 9 }, "not a llama2.c model")]
    [InlineData(new[] { 12, -7, 2, 6, 3, 13, 9 }, "not a llama2.c model")]
    [InlineData(new[] { 12, 7, 2, 5, 5, 13, 9 }, "not a llama2.c model")]
    [InlineData(new[] { 12, 7, 2, 6, 3, int.MinValue, 9 }, "llama2.c model")]
    [InlineData(new[] { int.MaxValue, int.MaxValue, int.MaxValue, 1, 1, int.MaxValue, int.MaxValue }, "llama2.c model")]
    public void A_header_that_lies_is_refused(int[] header, string message)
    {
        var bytes = header.SelectMany(BitConverter.GetBytes).Concat(new byte[400]).ToArray();

        Assert.Contains(message, ErrorOf(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_tokenizer_is_said_when_it_is_asked_for()
    {
        using var folder = new DataFolder().With("tiny.bin", new Llama2cBytes(Config, seed: 3).File);
        using var loaded = ModelLoader.Load(Path.Combine(folder.Path, "tiny.bin"), []);

        var error = Assert.Throws<ConfigurationException>(() => loaded.Tokenizer);

        Assert.Contains("tok13.bin or tokenizer.bin", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing.bin", "There is no model at")]
    [InlineData("notes.txt", "is not stored in a layout that can be loaded; a model is a llama2.c file (.bin, version 0)")]
    public void What_is_no_model_is_refused_with_what_would_be(string name, string message)
    {
        using var folder = new DataFolder().With("notes.txt", "notes");

        var error = Assert.Throws<ConfigurationException>(() => ModelLoader.Load(Path.Combine(folder.Path, name), []));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static string ErrorOf(byte[] bytes)
    {
        using var folder = new DataFolder().With("tiny.bin", bytes);
        return Assert.Throws<StorageException>(() => ModelLoader.Load(Path.Combine(folder.Path, "tiny.bin"), [])).Message;
    }
}
