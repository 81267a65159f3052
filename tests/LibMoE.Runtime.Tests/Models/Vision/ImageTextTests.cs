using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models.Vision;

/// <summary>Generation and scoring behind texts with images in them.</summary>
public sealed class ImageTextTests
{
    private const int I = VisionLanguageModel.ImageToken;
    private static readonly int[] Prompt = [3, I, I, I, I, 4, I, I, I, I, 1];

    public static TheoryData<string> Models => new("dense", "mixtures", "mixtures that read all tokens");

    [Theory, MemberData(nameof(Models))]
    public void Generation_with_a_cache_over_image_tokens_is_what_reading_everything_again_gives(string kind)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Model(kind);
        var images_ICHW = rand([2, 3, 8, 8]);

        var drawn = TextGenerator.Tokens(model, images_ICHW, Prompt, new GenerationOptions { Temperature = 0, Tokens = 20 }).ToArray();

        Assert.Equal(20, drawn.Length);
        var ids = Prompt.ToList();
        foreach (var id in drawn)
        {
            var logits = Pictures.Values(Last(model, images_ICHW, ids));
            Assert.True(
                logits[id] > logits.Max() - 1e-4, $"token {ids.Count} is {id}, whose logit is {logits[id]}; the best has {logits.Max()}");
            ids.Add(id);
        }
    }

    [Fact]
    public void Another_image_makes_another_text()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Model("dense");

        var texts = Enumerable.Range(0, 4).Select(seed =>
            string.Join(' ', TextGenerator.Tokens(
                model, rand([2, 3, 8, 8]) * 4, Prompt, new GenerationOptions { Temperature = 0, Tokens = 20 }))).ToList();

        Assert.True(texts.Distinct().Count() > 1);
    }

    [Fact]
    public void Generation_ends_at_the_end_id_and_where_the_context_is_full()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Model("dense");
        var images_ICHW = rand([2, 3, 8, 8]);
        var all = TextGenerator.Tokens(model, images_ICHW, Prompt, new GenerationOptions { Temperature = 0, Tokens = 100 }).ToArray();

        var ended = TextGenerator.Tokens(model, images_ICHW, Prompt, new GenerationOptions { Temperature = 0, Tokens = 100 }, end: all[5])
            .ToArray();

        Assert.Equal(model.Language.Config.Context + 1 - Prompt.Length, all.Length);
        Assert.Equal(all.TakeWhile(id => id != all[5]), ended);
    }

    [Theory, MemberData(nameof(Models))]
    public void A_score_is_the_sum_of_log_probabilities_of_the_whole_text_read_at_once(string kind)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Model(kind);
        var images_ICHW = rand([2, 3, 8, 8]);
        int[][] continuations = [[5], [7, 2, 9], [1, 1]];

        var scores = ImageTextScorer.Score(model, images_ICHW, Prompt, continuations);

        foreach (var (score, continuation) in scores.Zip(continuations))
        {
            var (sum, greedy) = (0.0, true);
            for (var at = 0; at < continuation.Length; at++)
            {
                // A layer that reads all tokens of a call is scored with the whole continuation but its last token in the call.
                int[] read = kind == "mixtures that read all tokens"
                    ? [.. Prompt, .. continuation.SkipLast(1)]
                    : [.. Prompt, .. continuation.Take(at)];
                var logits = Full(model, images_ICHW, read)[Prompt.Length - 1 + at];
                var logs = Pictures.Values(nn.functional.log_softmax(logits, -1));
                sum += logs[continuation[at]];
                greedy &= Array.IndexOf(logs, logs.Max()) == continuation[at];
            }

            Assert.Equal(sum, score.LogLikelihood, 1e-4);
            Assert.Equal((greedy, continuation.Length), (score.IsGreedy, score.Tokens));
        }
    }

    [Fact]
    public void The_greedy_continuation_is_known_as_such()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Model("dense");
        var images_ICHW = rand([2, 3, 8, 8]);
        var best = TextGenerator.Tokens(model, images_ICHW, Prompt, new GenerationOptions { Temperature = 0, Tokens = 3 }).ToArray();
        int[] other = [best[0], best[1], (best[2] + 1) % 13];

        var scores = ImageTextScorer.Score(model, images_ICHW, Prompt, [best, other]);

        Assert.Equal([true, false], scores.Select(score => score.IsGreedy));
    }

    [Fact]
    public void Neither_leaves_a_tensor_behind()
    {
        using var model = Model("mixtures");
        using var images_ICHW = rand([2, 3, 8, 8]);
        Both();
        var before = LiveTensors.Count;

        Both();

        Assert.Equal(before, LiveTensors.Count);

        void Both()
        {
            ImageTextScorer.Score(model, images_ICHW, Prompt, [[5], [7, 2]]);
            Assert.Equal(
                5, TextGenerator.Tokens(model, images_ICHW, Prompt, new GenerationOptions { Temperature = 0, Tokens = 5 }).Count());
        }
    }

    private static VisionLanguageModel Model(string kind)
    {
        var variants = kind switch
        {
            "dense" => null,
            "mixtures" => SmallModels.Mixtures,
            _ => new VisionLanguageVariants(Language: MoeVariant.Of<Layers.ExpertChoiceLayer>()),
        };
        var model = VisionLanguageModel.Create(SmallModels.Config, variants, seed: 4);
        VisionUpcyclerTests.Disturb(model);
        model.eval();
        return model;
    }

    private static Tensor Last(VisionLanguageModel model, Tensor images_ICHW, IReadOnlyList<int> ids) => Full(model, images_ICHW, ids)[-1];

    private static Tensor Full(VisionLanguageModel model, Tensor images_ICHW, IReadOnlyList<int> ids) =>
        model.forward(
            tensor(ids.Select(id => (long)id).ToArray(), [1, ids.Count]), images_ICHW, new MoeContext { Losses = false }).Logits[0];
}
