using LibMoE.Runtime.Analysis.Collecting;
using LibMoE.Runtime.Analysis.Perturbing;
using LibMoE.Runtime.Tests.Models.Vision;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Analysis.Collecting;

/// <summary>Sample images are shown with what the model says and with the experts of their patches.</summary>
public sealed class PictureTracerTests
{
    private const int Features = 4;

    [Fact]
    public void Each_kind_has_its_turn_and_each_image_its_own_question()
    {
        using var learner = Learner(SmallModels.Mixtures);

        Assert.Equal(["even", "odd", "even"], PictureTracer.Samples(learner, 3).Select(picture => picture.Kind));
        Assert.Equal(3, PictureTracer.Samples(learner, 10).Select(picture => Convert.ToHexString(picture.Png)).Distinct().Count());
        Assert.Equal(3, PictureTracer.Samples(learner, 10).Count);
    }

    [Fact]
    public void Patches_have_the_experts_that_the_model_gives_them_in_their_order()
    {
        using var scope = NewDisposeScope();
        using var learner = Learner(SmallModels.Mixtures);
        var model = (VisionLanguageModel)learner.Model;
        var picture = PictureTracer.Samples(learner, 1)[0];
        model.eval();
        var seen = model.See(new ImageProcessor { Size = 8 }.Run(Picture("0")).unsqueeze(0), new MoeContext());

        Assert.Equal(["encoder block 0", "encoder block 1", "connector"], picture.Layers.Select(layer => layer.Name));
        Assert.Equal([0, 1, 2], picture.Layers.Select(layer => layer.Patches.Block));
        Assert.Equal(2, picture.Grid);
        foreach (var (layer, routing) in picture.Layers.Zip(seen.Vision.Concat(seen.Connector)))
        {
            var experts_NK = routing.Experts!.narrow(0, routing.Experts.shape[0] - Features, Features);
            Assert.Equal(
                experts_NK.flatten().data<long>().ToArray().Select(expert => (int)expert),
                layer.Patches.Experts.SelectMany(picks => picks));
            Assert.All(layer.Patches.Weights, weights => Assert.Equal(weights.Count, layer.Patches.Experts[0].Count));
        }
    }

    [Fact]
    public void The_image_is_kept_pixel_by_pixel_with_words_and_with_what_was_said()
    {
        using var scope = NewDisposeScope();
        using var learner = Learner(SmallModels.Mixtures);
        var picture = PictureTracer.Samples(learner, 1)[0];
        learner.Model.eval();

        Assert.Equal(Picture("0").Pixels, ImageReader.Decode(picture.Png, "kept").Pixels);
        Assert.Equal("1 2", picture.Question);
        Assert.Equal("6", picture.Answer);
        Assert.Equal(picture.IsRight, picture.Said == picture.Answer);
        Assert.Equal(picture.IsRight ? 1.0 : 0, learner.Score(0, 1, new MoeContext()).Items[0][0]);
    }

    [Fact]
    public void A_survey_counts_words_by_the_kind_of_their_question_where_a_block_reads_them()
    {
        using var learner = Learner(SmallModels.Mixtures);
        var survey = RoutingSurvey.Run(new RoutedExamples(learner, 3, batch: 2), _ => "", 0, CancellationToken.None);

        Assert.Equal(["even", "odd"], survey.Kinds);
        Assert.All(survey.Blocks.SkipLast(2), block => Assert.Null(block.KindPicks));
        // Two even conversations and an odd one, of three words with two picks each.
        Assert.All(survey.Blocks.TakeLast(2), block => Assert.Equal([12, 6], block.KindPicks!.Select(row => row.Sum())));
        Assert.Equal([("image", 15L), ("text", 9L)], survey.Domains.Select(domain => (domain.Name, domain.Tokens)));
    }

    [Fact]
    public void Disturbances_tell_what_they_do_to_right_answers()
    {
        using var learner = Learner(SmallModels.Mixtures);
        var data = new RoutedExamples(learner, 6, batch: 3);
        var results = PerturbationStudy.Run(data, Perturbations.Of(learner.MoeLayers, 0), CancellationToken.None);

        Assert.Equal("accuracy", data.Score);
        Assert.All(results, result => Assert.Equal(["accuracy"], result.Tasks.Keys));
        Assert.All(results, result => Assert.InRange(result.Tasks["accuracy"].Mean, -1, 1));
    }

    private static VisionLanguageLearner Learner(VisionLanguageVariants variants)
    {
        var config = SmallModels.Config with { Vision = SmallModels.Config.Vision with { FeatureLayer = -1 } };
        var data = new VisionLanguageData(
            CorpusIdentity.Of("pictures", [1f]),
            [.. Enumerable.Range(0, 4).Select(Conversation)],
            [.. Enumerable.Range(0, 9).Select(number => new HeldOutConversation(Conversation(number), number % 2 == 0 ? "even" : "odd"))],
            Picture,
            new ImageProcessor { Size = 8 })
        {
            Tokenizer = new Numerals(),
        };
        return new VisionLanguageLearner(VisionLanguageModel.Create(config, variants, seed: 1), data, new TrainingConfig());
    }

    private static ConversationTokens Conversation(int number) => new(
        $"{number}",
        [$"{number % 3}"],
        [.. Enumerable.Repeat(ConversationTokens.Image, Features), 1, 2, 6 + number % 3],
        [.. Enumerable.Repeat(ConversationTokens.Ignored, Features + 2), 6 + number % 3]);

    private static RgbImage Picture(string name)
    {
        var pixels = new byte[3 * 8 * 8];
        new Random(name[0]).NextBytes(pixels);
        return new RgbImage(8, 8, pixels);
    }

    /// <summary>Ids as people read numbers.</summary>
    private sealed class Numerals : ITokenizer
    {
        public int Vocabulary => 13;

        public int? Bos => null;

        public string Hash => "numerals";

        public string Name => "numerals";

        public IReadOnlyList<TokenizerFile> Files => [];

        public int[] Encode(string text) => [.. text.Split(' ').Select(int.Parse)];

        public string Decode(ReadOnlySpan<int> ids) => string.Join(' ', ids.ToArray());
    }
}
