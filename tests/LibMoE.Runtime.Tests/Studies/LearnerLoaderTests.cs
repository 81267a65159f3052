using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Tests.Models.ByBlock;
using LibMoE.Runtime.Tests.Training.Learners;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Studies;

/// <summary>A stored learner is made again by the program that has it.</summary>
public sealed class LearnerLoaderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("libmoe-stored-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(0.9)]
    [InlineData(0.0)]
    public void It_is_what_was_trained_with_the_moving_average_where_there_is_one(double decay)
    {
        var checkpoint = Train(TinyLearner.Variant, matched: null, decay);

        using var stored = Loader().Load(_folder.FullName)!;

        AssertHolds(checkpoint, stored.Learner);
        Assert.Equal(checkpoint.Files.Single(
            file => file.Name == (decay > 0 ? Checkpoint.AverageFile : Checkpoint.ModelFile)).Sha256, stored.Sha256);
        Assert.Equal(12 * 8, ((TinyLearner)stored.Learner).Learned);
        Assert.Equal(12 * 8, ((TinyLearner)stored.Learner).Drawn);
        Assert.False(stored.Learner.Model.training);
    }

    [Fact]
    public void A_dense_baseline_gets_the_width_that_it_was_trained_with()
    {
        var checkpoint = Train(variant: null, TinyLearner.Variant.Declaration, 0);

        using var stored = Loader(MoeVariant.Of<WideTinyMoe>(), TinyLearner.Variant).Load(_folder.FullName)!;

        AssertHolds(checkpoint, stored.Learner);
    }

    /// <summary>Blocks that differ, and a block that is dense beside one with a mixture.</summary>
    [Theory]
    [InlineData(nameof(WeakFirst), 2)]
    [InlineData(nameof(EverySecond), 1)]
    public void A_learner_whose_blocks_differ_gets_the_layer_of_each(string name, int mixtures)
    {
        MoeVariant[] variants =
            [MoeVariant.Of<Uniform>(), MoeVariant.Of<StrongFirst>(), MoeVariant.Of<WeakFirst>(), MoeVariant.Of<EverySecond>()];
        var maker = new LearnerMaker(setup => new TinyLearner(setup, blocks: 2));
        var checkpoint = Train(variants.Single(variant => variant.Name == name), matched: null, 0, maker);

        using var stored = new LearnerLoader(variants, new RunOptions(), maker).Load(_folder.FullName)!;

        AssertHolds(checkpoint, stored.Learner);
        Assert.Equal(mixtures, stored.Learner.Model.modules().OfType<MoeLayer>().Count());
        Assert.Contains("which is not one of the declared layers (Uniform)", Assert.Throws<ConfigurationException>(
            () => new LearnerLoader([variants[0]], new RunOptions(), maker).Load(_folder.FullName)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shapes_that_the_program_does_not_make_are_refused()
    {
        Train(variant: null, TinyLearner.Variant.Declaration, 0);

        Assert.Contains(
            "a dense model of other shapes",
            Assert.Throws<ConfigurationException>(() => Loader(MoeVariant.Of<WideTinyMoe>()).Load(_folder.FullName)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_that_is_not_declared_is_refused_by_name()
    {
        Train(TinyLearner.Variant, matched: null, 0);

        Assert.Contains(
            "holds the mixture TinyMoe, which is not one of the declared layers (WideTinyMoe)",
            Assert.Throws<ConfigurationException>(() => Loader(MoeVariant.Of<WideTinyMoe>()).Load(_folder.FullName)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_language_model_is_left_to_others()
    {
        using var words = LanguageModel.Create(new ModelConfig { Dim = 16, Layers = 1, Heads = 2, Hidden = 16, Context = 32 });
        ModelSaver.Save(words, new ByteTokenizer(), _folder.FullName);

        Assert.Null(Loader().Load(_folder.FullName));
        Assert.False(Loader().Knows(_folder.FullName));
        Assert.Null(Loader().Load("nothing"));
    }

    private static LearnerLoader Loader(params MoeVariant[] variants) => new(
        variants.Length > 0 ? variants : [TinyLearner.Variant], new RunOptions(), new LearnerMaker(setup => new TinyLearner(setup)));

    private Checkpoint Train(MoeVariant? variant, MoeDeclaration? matched, double decay, LearnerMaker? maker = null)
    {
        var config = TinyLearner.Config with { AverageDecay = decay };
        var storage = new TrainingStorage(DiskFiles.Instance, _folder.FullName);
        using var learner = (maker ?? new LearnerMaker(setup => new TinyLearner(setup))).Make(variant, config, matched, CPU);
        Trainer.Train(learner, config, storage);
        return storage.Checkpoints.Open(config.Steps);
    }

    private static void AssertHolds(Checkpoint checkpoint, Learner learner)
    {
        using var scope = NewDisposeScope();
        using var source = checkpoint.OpenModel();
        Assert.All(learner.Model.state_dict(), entry =>
        {
            var stored = empty_like(entry.Value);
            source.ReadInto(entry.Key, stored);
            Assert.True(stored.eq(entry.Value).all().item<bool>(), entry.Key);
        });
    }
}

/// <summary>Twice as wide as <see cref="TinyMoe"/>.</summary>
[MoeLayer, Experts<Relu>(4, Hidden = 16), SoftmaxGate(TopK = 2)]
public sealed partial class WideTinyMoe;
