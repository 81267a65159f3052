using LibMoE.Runtime.Checkpoints.Store;
using LibMoE.Runtime.Evaluation.Running;
using LibMoE.Runtime.Tests.Evaluation.Scoring;
using LibMoE.Runtime.Tests.Evaluation.Verb;

namespace LibMoE.Runtime.Tests.Evaluation.Running;

/// <summary>A cached outcome is a model's own: whatever changes a log-likelihood changes what the outcome is kept under.</summary>
public sealed class ModelIdentityTests : IDisposable
{
    private const string Weights = "0000000000000000000000000000000000000000000000000000000000000000";

    private static readonly ModelConfig Config = EvaluateRun.Config;

    private readonly DataFolder _data = SampleTask.Data(Enumerable.Range(0, 12).Select(item => item % 4));
    private readonly DataFolder _cache = new();

    public static TheoryData<string> Backbones => [.. Changes.Keys];

    private static Dictionary<string, Func<ModelConfig, ModelConfig>> Changes { get; } = new()
    {
        ["rope_theta"] = config => config with { RotaryBase = 500000 },
        ["rms_norm_eps"] = config => config with { NormEpsilon = 1e-2 },
        ["partial_rotary_factor"] = config => config with { RotaryFraction = 0.5 },
        ["rope_scaling"] = config => config with { RotaryScaling = new RotaryScaling { Factor = 8, FirstContext = 16 } },
        ["yarn"] = config => config with { RotaryScaling = new RotaryScaling { Kind = RotaryScalingKind.Yarn, FirstContext = 16 } },
        ["attention_factor"] = config => config with
        {
            RotaryScaling = new RotaryScaling { Kind = RotaryScalingKind.Yarn, FirstContext = 16, AttentionFactor = 1 }
        },
        ["sliding_window"] = config => config with { Window = 3 },
        ["windows in other blocks"] = config => config with { Window = 3, WindowBlocks = [] },
        ["attention_multiplier"] = config => config with { AttentionScale = 0.1 },
        ["embedding_multiplier"] = config => config with { EmbeddingScale = 2 },
        ["residual_multiplier"] = config => config with { ResidualScale = 2 },
        ["logits_scaling"] = config => config with { LogitScale = 2 },
        ["norms of 1 + w"] = config => config with { NormUnitOffset = true },
        ["interleaved rotary channels"] = config => config with { RotaryLayout = RotaryLayout.Interleaved },
        ["hidden_act"] = config => config with { Activation = Activation.GeGlu },
        ["the norm"] = config => config with { Norm = NormKind.Layer },
        ["heads of another width"] = config => config with { Heads = 1 },
        ["max_position_embeddings"] = config => config with { Context = 127 },
    };

    public void Dispose()
    {
        _data.Dispose();
        _cache.Dispose();
    }

    [Theory]
    [MemberData(nameof(Backbones))]
    public void Equal_weights_in_another_backbone_are_another_model(string change)
    {
        using var one = LanguageModel.Create(Config, null, 3);
        using var other = LanguageModel.Create(Changes[change](Config), null, 3);

        Assert.NotEqual(ModelIdentity.Of(one, Weights), ModelIdentity.Of(other, Weights));
        Assert.NotEqual(ModelHash.Of(one), ModelHash.Of(other));
    }

    [Fact]
    public void Equal_weights_in_other_blocks_are_another_model()
    {
        var config = Config with { Layers = 2 };
        using var first = LanguageModel.Create(config with { MoeBlocks = [0] }, MoeVariant.Of<ScoredSmoe>(), 3);
        using var second = LanguageModel.Create(config with { MoeBlocks = [1] }, MoeVariant.Of<ScoredSmoe>(), 3);

        Assert.NotEqual(ModelIdentity.Of(first, Weights), ModelIdentity.Of(second, Weights));
    }

    [Fact]
    public void Two_declarations_over_equal_weights_do_not_get_each_others_scores()
    {
        var soft = Scores<ScoredSmoe>();
        var sigmoid = Scores<ScoredSigmoid>();
        var three = Scores<ScoredTop3>();

        Assert.All([(soft, sigmoid), (soft, three), (sigmoid, three)], pair => Assert.NotEqual(pair.Item1, pair.Item2));
        Assert.Equal(soft, Scores<ScoredSmoe>());
    }

    [Fact]
    public void A_model_that_was_asked_about_before_answers_from_the_cache()
    {
        using var model = LanguageModel.Create(Config, MoeVariant.Of<ScoredSmoe>(), 3);
        using var scorer = new ModelScorer(model, new ByteTokenizer(), "model", Weights);
        Run(scorer);
        using var again = LanguageModel.Create(Config, MoeVariant.Of<ScoredSmoe>(), 3);
        using var second = new ModelScorer(again, new ByteTokenizer(), "model", Weights);

        Assert.Equal(
            EvaluationKey.Text(scorer, SampleTask.Choice(), Files, new()), EvaluationKey.Text(second, SampleTask.Choice(), Files, new()));
        Assert.Single(Directory.GetFiles(_cache.Path));
        Run(second);
        Assert.Single(Directory.GetFiles(_cache.Path));
    }

    [Fact]
    public void Precision_device_tokenizer_and_code_are_part_of_the_key()
    {
        var plain = new KeyedScorer();

        Assert.All(
            new[]
            {
                new KeyedScorer { Precision = "BFloat16" }, new KeyedScorer { Device = "cuda" }, new KeyedScorer { Code = "another build" },
                new KeyedScorer { Tokenizer = new StartedBytes() }, new KeyedScorer { Identity = "another model" },
            },
            other => Assert.NotEqual(Key(plain), Key(other)));
        Assert.Equal(Key(plain), Key(new KeyedScorer()));

        static string Key(IScorer scorer) => EvaluationKey.Text(scorer, SampleTask.Choice(), Files, new());
    }

    [Fact]
    public void The_code_of_a_users_layer_is_named_beside_the_librarys()
    {
        using var model = LanguageModel.Create(Config, MoeVariant.Of<ScoredSmoe>(), 3);
        using var dense = LanguageModel.Create(Config, null, 3);

        Assert.Contains(
            typeof(ScoredSmoe).Assembly.ManifestModule.ModuleVersionId.ToString("N"), CodeVersion.Of(model), StringComparison.Ordinal);
        Assert.Contains(CodeVersion.Own, CodeVersion.Of(model), StringComparison.Ordinal);
        Assert.DoesNotContain(
            typeof(ScoredSmoe).Assembly.ManifestModule.ModuleVersionId.ToString("N"), CodeVersion.Of(dense), StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_notes_the_build_of_a_users_own_parts()
    {
        var own = LibraryVersions.With(MoeVariant.Of<Algorithms.OwnPartsLayer>().Declaration);

        Assert.Contains(typeof(Algorithms.OwnPartsLayer).Assembly.ManifestModule.ModuleVersionId.ToString("N"), own["own parts"],
            StringComparison.Ordinal);
        Assert.DoesNotContain("own parts", LibraryVersions.With(MoeVariant.Of<ScoredSmoe>().Declaration).Keys);
        Assert.Equal(LibraryVersions.Current, LibraryVersions.With(null));
    }

    private static Dictionary<string, string> Files => new() { ["sample.jsonl"] = "1" };

    /// <summary>Log-likelihoods of a mixture of the same parameters, told to be of the same file.</summary>
    private List<double> Scores<TLayer>()
        where TLayer : MoeLayer, IMoeLayer<TLayer>
    {
        using var model = LanguageModel.Create(Config, MoeVariant.Of<TLayer>(), 3);
        using var scorer = new ModelScorer(model, new ByteTokenizer(), "model", Weights);
        return [.. Run(scorer).Items.SelectMany(item => item.LogLikelihoods)];
    }

    private TaskOutcome Run(IScorer scorer) => new Evaluator(_data.Cache, new(), _cache.Path).Run(scorer, SampleTask.Choice());

    private sealed class KeyedScorer : IScorer
    {
        public string Name => "keyed";

        public string Sha256 => Weights;

        public string Identity { get; init; } = Weights;

        public string Code { get; init; } = "this build";

        public string Device { get; init; } = "cpu";

        public string Precision { get; init; } = "Float32";

        public ITokenizer Tokenizer { get; init; } = new ByteTokenizer();

        public int Context => 64;

        public BatchRule Batching => BatchRule.Together;

        public IReadOnlyList<SequenceScore> Score(ScoringBatch batch) => throw new NotSupportedException();

        public int Next(IReadOnlyList<int> ids) => throw new NotSupportedException();
    }
}
