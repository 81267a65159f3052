using LibMoE.Runtime.Common;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Evaluation.Scoring;

/// <summary>A model's scores do not depend on how they are computed.</summary>
public sealed class ModelScorerTests : IDisposable
{
    private const double Tolerance = 1e-4;
    private readonly DataFolder _data = SampleTask.Data(Enumerable.Range(0, 40).Select(item => item % 4), length: 2);

    public void Dispose() => _data.Dispose();

    public static TheoryData<string> Variants => [.. VariantsByName.Keys];

    private static readonly Dictionary<string, MoeVariant?> VariantsByName = new()
    {
        ["Dense"] = null,
        [nameof(ScoredSmoe)] = MoeVariant.Of<ScoredSmoe>(),
        [nameof(ScoredHash)] = MoeVariant.Of<ScoredHash>(),
        [nameof(ScoredResidual)] = MoeVariant.Of<ScoredResidual>(),
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Batch_size_shared_prefixes_and_threads_change_no_score(string variant)
    {
        using var model = Model(VariantsByName[variant]);
        var alone = Values(model, new() { OneByOne = true });

        foreach (var options in new EvaluationOptions[]
        {
            new(), new() { BatchTokens = 100 }, new() { BatchTokens = 2000, SharePrefixes = false }
        })
        {
            Near(alone, Values(model, options));
        }

        using var threads = new ThreadCount(get_num_threads() == 1 ? 2 : 1);
        Near(alone, Values(model, new()));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void No_choice_depends_on_the_batch_but_where_less_than_the_tolerance_decides_and_those_are_counted(string variant)
    {
        using var model = Model(VariantsByName[variant]);
        using var scorer = new ModelScorer(model, new ByteTokenizer());
        TaskOutcome Run(EvaluationOptions options) => new Evaluator(_data.Cache, options).Run(scorer, SampleTask.Choice());

        var (alone, together) = (Run(new() { OneByOne = true }), Run(new()));

        var turned = alone.Items.Zip(together.Items).Where(pair => pair.First.Choice != pair.Second.Choice).ToList();
        Assert.All(turned, pair => Assert.InRange(pair.First.Margin, 0, 2 * ItemCounts.Close));
        Assert.Equal(alone.Items.Count(item => item.Margin < 1e-4), ItemCounts.Of(alone).CloseCalls);
    }

    [Fact]
    public void Two_options_of_like_score_are_a_close_call()
    {
        var scorer = new HandMadeScorer(request => -5 - (request.Item < 3 ? 2e-5 : 1) * request.Part);

        var counts = ItemCounts.Of(new Evaluator(_data.Cache, new()).Run(scorer, SampleTask.Choice()));

        Assert.Equal((3, 0), (counts.CloseCalls, counts.Ties));
    }

    [Fact]
    public void The_order_of_the_items_changes_no_score()
    {
        using var model = Model(VariantsByName[nameof(ScoredSmoe)]);
        using var turned = new DataFolder().With(
            "sample.jsonl", string.Join('\n', File.ReadLines(Path.Combine(_data.Path, "sample.jsonl")).Reverse()));

        var there = Values(model, new());
        var back = Values(model, new(), turned);

        Near(there, [.. Enumerable.Range(0, 40).Reverse().SelectMany(item => back[(item * 4)..((item * 4) + 4)])]);
    }

    [Fact]
    public void Shared_prefixes_are_computed_once()
    {
        using var model = Model(null);
        using var scorer = new ModelScorer(model, new ByteTokenizer());
        long Tokens(EvaluationOptions options)
        {
            var total = 0L;
            new Evaluator(_data.Cache, options).Run(scorer, SampleTask.Choice(), new Total(report => total = report.TotalTokens));
            return total;
        }

        Assert.True(Tokens(new()) * 2 < Tokens(new() { SharePrefixes = false }));
    }

    [Theory]
    [InlineData(typeof(ScoredExpertChoice), "later ones included")]
    [InlineData(typeof(ScoredSlots), "later ones included")]
    public void A_layer_that_is_not_causal_is_refused_with_the_reason_unless_asked_for(Type layer, string reason)
    {
        var variant = layer == typeof(ScoredSlots) ? MoeVariant.Of<ScoredSlots>() : MoeVariant.Of<ScoredExpertChoice>();
        using var model = Model(variant);

        var refused = Assert.Throws<ConfigurationException>(() => Values(model, new()));
        var alone = Values(model, new() { OneByOne = true });

        Assert.Contains(layer.Name, refused.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Equal(160, alone.Count);
    }

    [Fact]
    public void A_layer_with_a_capacity_is_scored_one_by_one_whatever_the_batch_size()
    {
        using var model = Model(MoeVariant.Of<ScoredCapacity>());
        using var scorer = new ModelScorer(model, new ByteTokenizer());

        Assert.Equal(BatchKind.OneByOne, scorer.Batching.Kind);
        Assert.Contains("capacity", EvaluationResults.Of(scorer, [], new()).OneByOne, StringComparison.Ordinal);
        Assert.Equal(Values(model, new() { BatchTokens = 50 }), Values(model, new()));
    }

    [Fact]
    public void Scoring_leaves_no_tensors_and_gives_back_the_mode()
    {
        using var model = Model(VariantsByName[nameof(ScoredSmoe)]);
        model.train();
        Values(model, new());
        var before = LiveTensors.Count;

        Values(model, new());

        Assert.Equal(before, LiveTensors.Count);
        Assert.True(model.training);
    }

    [Fact]
    public void Weights_that_are_not_finite_are_an_error_not_a_score()
    {
        using var model = Model(null);
        using (no_grad())
        {
            model.state_dict()["norm.weight"].fill_(double.NaN);
        }

        Assert.Contains("not finite", Assert.Throws<InvalidDataException>(() => Values(model, new())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_weight_is_another_model_to_the_cache()
    {
        using var model = Model(null);
        var before = ModelHash.Of(model);
        using (no_grad())
        {
            model.state_dict()["norm.weight"].add_(1e-6);
        }

        Assert.NotEqual(before, ModelHash.Of(model));
        Assert.Equal(64, before.Length);
    }

    [Fact]
    public void Bfloat16_scores_are_near_those_of_float32()
    {
        using var wide = Model(null);
        using var narrow = Model(null, ScalarType.BFloat16);

        var (exact, rough) = (Values(wide, new()), Values(narrow, new()));

        Assert.All(
            exact.Zip(rough), pair => Assert.InRange(pair.Second - pair.First, -0.05 * Math.Abs(pair.First), 0.05 * Math.Abs(pair.First)));
        Assert.NotEqual(exact, rough);
    }

    private static LanguageModel Model(MoeVariant? variant, ScalarType type = ScalarType.Float32) => LanguageModel.Create(
        new ModelConfig
        {
            Vocabulary = 256,
            Dim = 32,
            Layers = 2,
            Heads = 4,
            Hidden = 48,
            Context = 160,
            EmbeddingStd = 0.5,
            MatrixStd = 0.3
        },
        variant, seed: 3, type);

    private List<double> Values(LanguageModel model, EvaluationOptions options, DataFolder? data = null)
    {
        using var scorer = new ModelScorer(model, new ByteTokenizer());
        var outcome = new Evaluator((data ?? _data).Cache, options).Run(scorer, SampleTask.Choice());
        return [.. outcome.Items.SelectMany(item => item.LogLikelihoods)];
    }

    private static void Near(List<double> expected, List<double> values) =>
        Assert.All(expected.Zip(values), pair => Assert.InRange(pair.Second - pair.First, -Tolerance, Tolerance));

    private sealed class Total(Action<EvaluationProgress> take) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => take(value);
    }
}
