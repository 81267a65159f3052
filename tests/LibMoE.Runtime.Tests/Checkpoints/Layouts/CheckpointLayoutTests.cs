using LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;
using LibMoE.Runtime.Tests.Evaluation;
using LibMoE.Runtime.Tests.Models.Upcycling;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts;

/// <summary>What this library saved itself, found under any of its folders.</summary>
public sealed class CheckpointLayoutTests : IDisposable
{
    private static readonly ModelConfig Config = new()
    {
        Dim = 16,
        Layers = 2,
        Heads = 2,
        Hidden = 12,
        Context = 24,
        MoeBlocks = [1],
        RotaryScaling = new() { Kind = RotaryScalingKind.Llama3, Factor = 32, LowFrequency = 1.5, HighFrequency = 5, FirstContext = 12 },
    };

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, "")]
    [InlineData(nameof(EightTop2), "")]
    [InlineData(nameof(EightTop2), "EightTop2/seed-3")]
    [InlineData(nameof(EightTop2), "EightTop2/seed-3/checkpoints")]
    [InlineData(nameof(EightTop2), "EightTop2/seed-3/checkpoints/step-0")]
    public void A_saved_model_comes_back_bit_for_bit_with_its_tokenizer(string? variant, string part)
    {
        using var model = Model(variant);
        ModelSaver.Save(model, new ByteTokenizer(), PathOf("EightTop2/seed-3"));

        using var loaded = ModelLoader.Load(PathOf(part), LibMoERuntimeTestsVariants.All);

        HuggingFaceImportTests.BitIdentical(model, loaded.Model);
        Assert.Equal(model.Config.ToString(), (loaded.Model.Config with { MoeBlocks = model.Config.MoeBlocks }).ToString());
        Assert.Equal(Config.MoeBlocks, loaded.Model.Config.MoeBlocks);
        Assert.Equal(variant, loaded.Variant?.Name);
        Assert.Equal(new ByteTokenizer().Hash, loaded.Tokenizer.Hash);
        Assert.False(loaded.Model.training);
        Assert.Equal(64, loaded.Sha256.Length);
    }

    [Fact]
    public void The_newest_whole_checkpoint_of_a_trained_cell_is_what_loads()
    {
        var corpus = Corpus.Split(
            "lines", Enumerable.Range(0, 40).Select(line => new Document($"{line:00}", $"Line {line} and {line * line}.")));
        var training = new TrainingConfig
        {
            Steps = 4,
            Batch = 2,
            SequenceLength = 16,
            ValidationSequences = 2,
            CheckpointEvery = 2,
            Warmup = 1,
            Threads = 1
        };
        using var model = Model(nameof(EightTop2));
        using var before = Model(nameof(EightTop2));
        Trainer.Train(model, corpus, training, new TrainingStorage(DiskFiles.Instance, _folder.Path));

        using (var newest = ModelLoader.Load(_folder.Path, LibMoERuntimeTestsVariants.All))
        {
            HuggingFaceImportTests.BitIdentical(model, newest.Model);
        }

        File.AppendAllText(PathOf("checkpoints/step-4/model.safetensors"), "x");
        using (var older = ModelLoader.Load(_folder.Path, LibMoERuntimeTestsVariants.All))
        {
            Assert.Throws<Xunit.Sdk.AllException>(() => HuggingFaceImportTests.BitIdentical(model, older.Model));
            Assert.Throws<Xunit.Sdk.AllException>(() => HuggingFaceImportTests.BitIdentical(before, older.Model));
        }

        File.AppendAllText(PathOf("checkpoints/step-2/model.safetensors"), "x");
        var error = Assert.Throws<StorageException>(() => ModelLoader.Load(_folder.Path, LibMoERuntimeTestsVariants.All));
        Assert.Contains("no whole checkpoint", error.Message, StringComparison.Ordinal);
        Assert.Contains("step-4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_is_not_saved_over_another()
    {
        using var model = Model(nameof(EightTop2));
        ModelSaver.Save(model, new ByteTokenizer(), _folder.Path);

        var error = Assert.Throws<StorageException>(() => ModelSaver.Save(model, new ByteTokenizer(), _folder.Path));

        Assert.Equal(StorageCause.AlreadyExists, error.Cause);
    }

    [Fact]
    public void A_run_of_several_cells_is_refused_with_their_names()
    {
        using var model = Model(nameof(EightTop2));
        ModelSaver.Save(model, new ByteTokenizer(), PathOf("EightTop2/seed-0"));
        ModelSaver.Save(model, new ByteTokenizer(), PathOf("EightTop2/seed-1"));

        var error = Assert.Throws<ConfigurationException>(() => ModelLoader.Load(_folder.Path, LibMoERuntimeTestsVariants.All));

        Assert.Contains(PathOf("EightTop2/seed-0"), error.Message, StringComparison.Ordinal);
        Assert.Contains(PathOf("EightTop2/seed-1"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_of_the_same_structure_under_another_name_will_do_and_any_other_will_not()
    {
        using var model = Model(nameof(EightTop2));
        ModelSaver.Save(model, new ByteTokenizer(), _folder.Path);

        using (var loaded = ModelLoader.Load(_folder.Path, [MoeVariant.Of<FourTop2>(), MoeVariant.Of<EightTop2Balanced>()]))
        {
            Assert.Equal(nameof(EightTop2Balanced), loaded.Variant!.Name);
            HuggingFaceImportTests.BitIdentical(model, loaded.Model);
        }

        var error = Assert.Throws<ConfigurationException>(() => ModelLoader.Load(_folder.Path, [MoeVariant.Of<FourTop2>()]));
        Assert.Contains(
            "holds the mixture EightTop2, which is not one of the declared layers (FourTop2)", error.Message, StringComparison.Ordinal);
    }

    private static LanguageModel Model(string? variant) =>
        LanguageModel.Create(Config, variant is null ? null : HuggingFaceImportTests.MoeVariant(variant), seed: 5);

    private string PathOf(string part) => Path.Combine(_folder.Path, part);
}
