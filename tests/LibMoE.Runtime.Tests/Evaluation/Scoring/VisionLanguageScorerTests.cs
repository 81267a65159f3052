using System.Text.Json;
using LibMoE.Runtime.Tests.Models.Vision;
using SkiaSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Evaluation.Scoring;

/// <summary>A vision-language model answers tasks with images as it answers one prompt.</summary>
public sealed class VisionLanguageScorerTests : IDisposable
{
    private static readonly EvaluationTask Task = new()
    {
        Name = "pictures",
        Version = 1,
        Title = "pictures",
        Form = TaskForm.Generate,
        Sources = [new() { Files = [new("rows.jsonl")], Format = DataFormat.JsonLines, Images = new("images.zip") }],
        Images = ["{images}"],
        Prompt = "{question}",
        Target = "{answer}",
        Rule = AnswerRule.ShortAnswer,
        MaxTokens = 10,
        Until = [],
        Metric = MetricNames.Accuracy,
        Citation = "",
        Licence = "",
    };

    private readonly DataFolder _data = new DataFolder()
        .With("rows.jsonl", string.Join('\n', Enumerable.Range(0, 9).Select(row => JsonSerializer.Serialize(new
        {
            images = Enumerable.Range(0, 1 + row % 2).Select(image => $"{(row / 3 + image) % 3}.png"),
            question = $"what is it{new string('?', row % 4)}",
            answer = "red",
        }))))
        .With("images.zip", SampleImages.Zip([.. Enumerable.Range(0, 3).Select(image => ($"{image}.png", Png(image)))]));

    public static TheoryData<string> Models => new("dense", "mixtures", "language mixture that has a capacity");

    public void Dispose() => _data.Dispose();

    [Theory, MemberData(nameof(Models))]
    public void Each_answer_is_that_of_a_single_prompt_whatever_the_batch(string kind)
    {
        using var scope = NewDisposeScope();
        using var model = AskedModel.Make(kind switch
        {
            "dense" => null,
            "mixtures" => SmallModels.Mixtures,
            _ => new VisionLanguageVariants(Language: MoeVariant.Of<ScoredCapacity>()),
        });
        using var scorer = new VisionLanguageScorer(AskedModel.Assistant(model));
        var together = Texts(scorer, new());

        Assert.Equal(together, Texts(scorer, new() { OneByOne = true, BatchTokens = 1, SharePrefixes = false }));
        var items = ItemReader.Read(Task, _data.Cache).Items;
        Assert.True(together.Distinct().Count() > 2);
        Assert.All(items.Zip(together), pair =>
        {
            var images = pair.First.Images.Select(image => ImageReader.Decode(image.Bytes(), image.Name)).ToList();
            var images_ICHW = stack([.. images.Select(image => AskedModel.Processor.Run(image))], 0);
            var marks = string.Concat(images.Select(_ => "<image>\n"));
            var prompt = scorer.Assistant.Conversations.Prompt([new(ConversationRole.User, marks + pair.First.Options[0].Context)]);
            Assert.Equal(
                AskedModel.Single(model, images_ICHW, prompt, new GenerationOptions { Temperature = 0, Tokens = 10 }), pair.Second);
        });
    }

    [Fact]
    public void Asked_without_its_images_it_answers_from_the_question_alone()
    {
        using var model = AskedModel.Make();
        using var scorer = new VisionLanguageScorer(AskedModel.Assistant(model));
        var prompt = scorer.Assistant.Conversations.Prompt([new(ConversationRole.User, "what is it")]);

        var texts = Texts(scorer, new() { QuestionOnly = true });

        Assert.Equal(4, texts.Distinct().Count());
        Assert.Equal(AskedModel.Single(model, null, prompt, new GenerationOptions { Temperature = 0, Tokens = 10 }), texts[0]);
    }

    [Fact]
    public void Images_that_cannot_be_decoded_and_questions_that_are_too_long_are_refused_and_counted()
    {
        _data.With("images.zip", SampleImages.Zip(("0.png", Png(0)), ("1.png", Png(1)[..70]), ("2.png", Png(2))));
        _data.With("rows.jsonl", string.Join('\n', new[] { ("0.png", "?"), ("1.png", "?"), ("2.png", new string('?', 200)) }
            .Select(row => JsonSerializer.Serialize(new { images = new[] { row.Item1 }, question = row.Item2, answer = "red" }))));
        using var model = AskedModel.Make();
        using var scorer = new VisionLanguageScorer(AskedModel.Assistant(model));

        var outcome = new Evaluator(_data.Cache, new()).Run(scorer, Task);

        Assert.Single(outcome.Items);
        Assert.Equal(2, outcome.Refused.Count);
        Assert.Contains("1.png is damaged", outcome.Refused[0].Reason, StringComparison.Ordinal);
        Assert.Contains("the model takes 1 to 160", outcome.Refused[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_decides_an_answer_is_in_its_identity()
    {
        using var model = AskedModel.Make();
        using var same = AskedModel.Make();
        using var mixture = AskedModel.Make(SmallModels.Mixtures);
        using var changed = AskedModel.Make(seed: 5);
        var other = AskedModel.Processor;
        var identity = Identity(model);

        Assert.Equal(identity, Identity(same));
        string[] others =
        [
            Identity(mixture),
            Identity(changed),
            Identity(model, template: AskedModel.Template with { Turn = "\nAnswer:" }),
            Identity(model, template: AskedModel.Template with { End = "\n\n" }),
            Identity(model, processor: other with { Fit = ImageFit.Pad }),
            Identity(model, processor: other with { Resampling = ImageResampling.Bilinear }),
            Identity(model, processor: other with { Mean = [0.5, 0.5, 0.4] }),
            Identity(model, processor: other with { Std = [0.5, 0.25, 0.5] }),
        ];
        Assert.Equal(others.Length, others.Append(identity).Distinct().Count() - 1);
    }

    [Fact]
    public void The_model_s_identity_and_code_are_those_of_all_three_parts()
    {
        using var model = AskedModel.Make(SmallModels.Mixtures);
        using var larger = AskedModel.Make(SmallModels.Mixtures with { Connector = null });
        using var one = new VisionLanguageScorer(AskedModel.Assistant(model), sha256: "same");
        using var two = new VisionLanguageScorer(AskedModel.Assistant(larger), sha256: "same");

        Assert.NotEqual(one.Identity, two.Identity);
        Assert.Contains("LibMoE.Runtime.Tests", one.Code, StringComparison.Ordinal);
        Assert.Equal(("FourQuick", "same"), (one.Name, one.Sha256));
    }

    [Fact]
    public void Texts_are_scored_by_the_language_model()
    {
        using var model = AskedModel.Make();
        using var scorer = new VisionLanguageScorer(AskedModel.Assistant(model));
        using var words = new ModelScorer(model.Language, new ByteTokenizer());
        using var data = SampleTask.Data([0, 1, 2, 3]);

        var seeing = new Evaluator(data.Cache, new()).Run(scorer, SampleTask.Choice());
        var reading = new Evaluator(data.Cache, new()).Run(words, SampleTask.Choice());

        Assert.Equal(reading.Items.SelectMany(item => item.LogLikelihoods), seeing.Items.SelectMany(item => item.LogLikelihoods));
    }

    [Fact]
    public void It_leaves_no_tensor_behind_and_gives_the_mode_back()
    {
        using var model = AskedModel.Make(SmallModels.Mixtures);
        model.train();
        Ask();
        var before = LiveTensors.Count;

        Ask();

        Assert.Equal(before, LiveTensors.Count);
        Assert.True(model.training && model.Language.training);

        void Ask()
        {
            using var scorer = new VisionLanguageScorer(AskedModel.Assistant(model));
            Texts(scorer, new());
            Assert.False(model.training);
        }
    }

    private List<string?> Texts(IScorer scorer, EvaluationOptions options) =>
        [.. new Evaluator(_data.Cache, options).Run(scorer, Task).Items.Select(item => item.Text)];

    private static string Identity(
        VisionLanguageModel model, ConversationTemplate? template = null, ImageProcessor? processor = null)
    {
        using var scorer = new VisionLanguageScorer(AskedModel.Assistant(model, template, processor));
        return scorer.Eyes.Identity;
    }

    /// <summary>Random pixels, 9 by 7.</summary>
    private static byte[] Png(int seed)
    {
        using var bitmap = new SKBitmap(9, 7);
        var random = new Random(seed);
        for (var pixel = 0; pixel < 63; pixel++)
        {
            bitmap.SetPixel(pixel % 9, pixel / 9, new SKColor((uint)random.Next() | 0xff000000));
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 90);
        return data.ToArray();
    }
}
