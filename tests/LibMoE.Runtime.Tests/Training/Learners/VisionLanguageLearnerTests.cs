using LibMoE.Runtime.Tests.Models.Vision;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training.Learners;

/// <summary>A model that sees learns to answer, part by part and stage by stage.</summary>
public sealed class VisionLanguageLearnerTests : IDisposable
{
    private const int Features = 4;

    private static readonly TrainingConfig Config = new()
    {
        Steps = 6,
        Batch = 4,
        Warmup = 1,
        LogEvery = 2,
        ValidationSequences = 9,
        CheckpointEvery = 2,
        LearningRate = 0.02,
        Threads = 1,
        Seed = 3,
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("libmoe-stages-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_loss_is_that_of_the_answers_alone()
    {
        using var scope = NewDisposeScope();
        using var learner = Learner();
        var conversation = Conversation(0);
        var model = (VisionLanguageModel)learner.Model;
        model.eval();
        var item = learner.Score(0, 1, new MoeContext());

        var ids_SL = tensor(conversation.Ids.Select(id => (long)id).ToArray(), [1, conversation.Ids.Length]);
        var image = new ImageProcessor { Size = 8 }.Run(Picture("0")).unsqueeze(0);
        var logs_LV = model.forward(ids_SL, image, new MoeContext()).Logits.squeeze(0).to(ScalarType.Float64).log_softmax(-1);
        var wanted = -(logs_LV[^3, conversation.Ids[^2]].item<double>() + logs_LV[^2, conversation.Ids[^1]].item<double>()) / 2;
        Assert.Equal(wanted, item.Items[^1][0], 1e-5);
    }

    [Fact]
    public void An_answer_is_right_where_greedy_decoding_says_it_and_counts_for_its_kind()
    {
        using var scope = NewDisposeScope();
        using var learner = Learner();
        var model = (VisionLanguageModel)learner.Model;
        Trainer.Train(learner, Config with { Steps = 25 });
        model.eval();
        using var quiet = no_grad();
        var scores = learner.Score(0, 9, new MoeContext());

        Assert.Equal(["accuracy", "accuracy.even", "accuracy.odd", "loss"], learner.Metrics.Select(metric => metric.Name));
        Assert.Contains(1.0, scores.Items[0]);
        for (var item = 0; item < 9; item++)
        {
            var conversation = Conversation(item);
            var image = new ImageProcessor { Size = 8 }.Run(Picture($"{item % 3}")).unsqueeze(0);
            var score = ImageTextScorer.Score(model, image, conversation.Ids[..^2], [conversation.Ids[^2..]]);
            Assert.Equal(score[0].IsGreedy ? 1.0 : 0, scores.Items[0][item]);
            Assert.Equal(item % 2 == 0 ? scores.Items[0][item] : double.NaN, scores.Items[1][item]);
            Assert.Equal(item % 2 == 1 ? scores.Items[0][item] : double.NaN, scores.Items[2][item]);
        }
    }

    [Fact]
    public void Only_parts_that_are_not_frozen_move()
    {
        using var learner = Learner();
        var before = Values(learner);
        Trainer.Train(learner, Config with { Rates = new Dictionary<string, double> { ["vision"] = 0, ["language"] = 0 } });

        Assert.All(Values(learner), entry =>
            Assert.Equal(!entry.Key.StartsWith("connector.", StringComparison.Ordinal), before[entry.Key].SequenceEqual(entry.Value)));
    }

    [Fact]
    public void Tokens_are_told_apart_by_what_they_are_of()
    {
        using var scope = NewDisposeScope();
        using var learner = Learner(SmallModels.Mixtures);
        learner.Model.eval();
        var scores = learner.Score(0, 2, new MoeContext());

        Assert.Equal(["image", "text"], learner.Groups);
        Assert.Equal(scores.Routings.Select(routing => (int)routing.Weights.shape[0]), scores.Groups!.Select(groups => groups.Count));
        Assert.All(scores.Groups!.SkipLast(2), groups => Assert.All(groups, group => Assert.Equal(0, group)));
        Assert.All(scores.Groups!.TakeLast(2), groups => Assert.Equal(2 * Features, groups.Count(group => group == 0)));
    }

    [Fact]
    public void Words_are_of_their_question_s_kind_and_what_is_seen_or_padding_is_of_none()
    {
        using var scope = NewDisposeScope();
        using var learner = Learner(SmallModels.Mixtures);
        learner.Model.eval();
        var scores = learner.Score(0, 2, new MoeContext());

        Assert.Equal(["even", "odd"], learner.Kinds);
        Assert.All(scores.Kinds!.SkipLast(2), kinds => Assert.All(kinds, kind => Assert.Equal(-1, kind)));
        foreach (var (kinds, groups) in scores.Kinds!.Zip(scores.Groups!).TakeLast(2))
        {
            var length = kinds.Count / 2;
            Assert.All(kinds.Zip(groups).Index(), token =>
                Assert.Equal(token.Item.Second == 1 ? token.Index / length : -1, token.Item.First));
            Assert.Contains(-1, groups);
        }
    }

    [Fact]
    public void An_image_of_several_questions_is_seen_once_and_answers_as_it_does_alone()
    {
        using var scope = NewDisposeScope();
        using var learner = Learner(SmallModels.Mixtures);
        learner.Model.eval();
        using var quiet = no_grad();
        var together = learner.Score(0, 9, new MoeContext());

        Assert.Equal(
            [3 * (Features + 1), 3 * (Features + 1), 3 * Features],
            together.Routings.SkipLast(2).Select(routing => (int)routing.Weights.shape[0]));
        for (var item = 0; item < 9; item++)
        {
            Assert.Equal(learner.Score(item, 1, new MoeContext()).Items[^1][0], together.Items[^1][item], 1e-5);
        }
    }

    [Fact]
    public void The_gradient_of_an_image_that_several_questions_share_is_the_sum_of_theirs()
    {
        using var scope = NewDisposeScope();
        using var shared = Learner(conversations: number => Conversation(number % 2 == 0 ? 0 : 3));
        using var apart = Learner(
            conversations: number => Conversation(number % 2 == 0 ? 0 : 3) with { Images = [$"0, {number}"] });

        Assert.Equal(Gradient(apart), Gradient(shared), (one, other) => Math.Abs(one - other) < 1e-5);

        static float[] Gradient(VisionLanguageLearner learner)
        {
            learner.Learn(0, 4, new MoeContext()).Loss.backward();
            var model = (VisionLanguageModel)learner.Model;
            return [.. model.Vision.parameters().Where(parameter => parameter.grad is not null)
                .SelectMany(parameter => parameter.grad!.flatten().data<float>().ToArray())];
        }
    }

    [Fact]
    public void An_encoder_that_was_trained_elsewhere_is_taken_over_dense_or_as_mixtures()
    {
        using var elsewhere = Learner();
        var end = TrainingStage.Finish(elsewhere, Config, Folder("elsewhere"));
        using var dense = Learner(encoder: _ => end);
        using var mixture = Learner(new VisionLanguageVariants(Vision: SmallModels.Mixtures.Vision), encoder: _ => end);
        using var other = Learner();
        dense.Begin(default);
        mixture.Begin(default);
        var (wanted, values) = (Values(elsewhere), Values(dense));

        Assert.All(values, entry => Assert.Equal(
            entry.Key.StartsWith("vision.", StringComparison.Ordinal) ? wanted[entry.Key] : Values(other)[entry.Key], entry.Value));
        Assert.Equal(dense.Measure(9, 3).Metrics[^1].Value, mixture.Measure(9, 3).Metrics[^1].Value, 1e-5);
    }

    [Fact]
    public void A_batch_without_images_trains_and_every_layer_has_its_routing()
    {
        using var scope = NewDisposeScope();
        using var learner = Learner(SmallModels.Mixtures, conversations: number => number < 4 ? Conversation(number) : Words(number));
        var objectives = Enumerable.Range(0, 3).Select(step => learner.Learn(step * 4, 4, new MoeContext())).ToList();
        var result = Trainer.Train(learner, Config);

        Assert.All(objectives, objective => Assert.Equal(learner.MoeLayers.Count, objective.Routings.Count));
        Assert.Contains(objectives, objective => objective.Routings[0].Weights.shape[0] == 0);
        Assert.Contains(objectives, objective => objective.Routings[0].Weights.shape[0] > 0);
        Assert.Equal(0, result.SkippedSteps);
        Assert.True(double.IsFinite(result.ValidationLoss));
    }

    [Fact]
    public void An_image_that_cannot_be_shown_ends_training_with_its_name()
    {
        using var learner = Learner(read: name => throw new ImageFileException(name, ImageFault.Damaged, "is damaged"));

        var error = Assert.Throws<ImageFileException>(() => Trainer.Train(learner, Config));
        Assert.StartsWith("The image ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stage_of_mixtures_starts_at_the_loss_of_the_dense_stage_before()
    {
        using var dense = Learner();
        var end = TrainingStage.Finish(dense, Config, Folder("dense"));
        using var mixture = Learner(SmallModels.Mixtures, _ => end);
        mixture.Begin(default);

        Assert.Equal(Loss(dense), Loss(mixture), 1e-5);
        Assert.NotEqual(Loss(Learner(SmallModels.Mixtures)), Loss(mixture), 1e-3);

        double Loss(Learner learner) => learner.Measure(9, 3).Metrics[^1].Value;
    }

    [Fact]
    public void Stages_that_are_stopped_inside_and_between_end_with_the_same_bits()
    {
        var whole = End(Folder("whole"), stops: []);
        var stopped = End(Folder("stopped"), stops: [3, 0, 2, 4, 2]);

        Assert.Equal(whole, stopped);
    }

    [Fact]
    public void A_stage_begun_with_other_settings_is_refused()
    {
        using var learner = Learner();
        TrainingStage.Finish(learner, Config, Folder("stage"));

        var other = Config with { LearningRate = 0.5 };
        var refused = Assert.Throws<ConfigurationException>(() => TrainingStage.Finish(learner, other, Folder("stage")));

        Assert.Contains("LearningRate", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stage_takes_the_threads_that_its_steps_are_worth_as_a_study_does()
    {
        using var small = Learner();
        var threads = get_num_threads();
        set_num_threads(2);
        try
        {
            var chosen = LibMoE.Runtime.Training.StepThreads.Of(small, Config with { Threads = null }, begunWith: null) ?? 2;
            var end = TrainingStage.Finish(small, Config with { Threads = null }, Folder("small"));

            Assert.Equal(chosen, end.State.Machine.Threads);
            Assert.Equal(2, get_num_threads());
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void It_can_be_asked_where_its_data_say_how_and_passes_on_the_model_s_cautions()
    {
        using var mute = Learner();
        using var unread = Learner(SmallModels.Mixtures, features: -2);

        Assert.Null(mute.Assistant);
        Assert.Empty(mute.Cautions);
        Assert.Contains("gets no gradient from the task", Assert.Single(unread.Cautions), StringComparison.Ordinal);
    }

    /// <summary>Three stages; each number stops the run after so many reports, and another sitting goes on.</summary>
    private static string End(string folder, IReadOnlyList<int> stops)
    {
        TrainingStage[] stages =
        [
            new() { Name = "connector", Steps = 4, Rates = new Dictionary<string, double> { ["vision"] = 0, ["language"] = 0 } },
            new() { Name = "everything", Steps = 5, LearningRate = 0.01 },
        ];
        foreach (var stop in stops)
        {
            using var stopped = new Stop(stop);
            Assert.ThrowsAny<OperationCanceledException>(() => Mixtures(stopped));
        }

        using var never = new Stop(1000);
        return Convert.ToHexString(File.ReadAllBytes(Path.Combine(Mixtures(never).Path, Checkpoint.ModelFile)));

        Checkpoint Mixtures(Stop stop) => Stage(2, stop, Config with { LogEvery = 1 });

        Checkpoint Stage(int number, Stop stop, TrainingConfig training)
        {
            stop.Count();
            using var learner = Learner(
                number == 2 ? SmallModels.Mixtures : null,
                number == 0 ? null : _ => Stage(number - 1, stop, stages[number - 1].Of(Config with { LogEvery = 1 })));
            return TrainingStage.Finish(learner, training, Path.Combine(folder, $"{number}"), stop, stop.Token);
        }
    }

    private sealed class Stop(int after) : IProgress<TrainingProgress>, IDisposable
    {
        private readonly CancellationTokenSource _source = new();
        private int _reports;

        public CancellationToken Token => _source.Token;

        public void Dispose() => _source.Dispose();

        public void Count()
        {
            if (after == 0)
            {
                _source.Cancel();
            }
        }

        public void Report(TrainingProgress value)
        {
            if (++_reports == after)
            {
                _source.Cancel();
            }
        }
    }

    private string Folder(string name) => Path.Combine(_folder.FullName, name);

    private static Dictionary<string, float[]> Values(Learner learner) =>
        learner.Model.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.to(ScalarType.Float32).data<float>().ToArray());

    private static VisionLanguageLearner Learner(
        VisionLanguageVariants? variants = null,
        Func<CancellationToken, Checkpoint>? start = null,
        Func<int, ConversationTokens>? conversations = null,
        Func<string, RgbImage>? read = null,
        int features = -1,
        Func<CancellationToken, Checkpoint>? encoder = null)
    {
        var config = SmallModels.Config with { Vision = SmallModels.Config.Vision with { FeatureLayer = features } };
        var data = new VisionLanguageData(
            CorpusIdentity.Of("pictures", [1f]),
            [.. Enumerable.Range(0, 12).Select(conversations ?? Conversation)],
            [.. Enumerable.Range(0, 9).Select(number => new HeldOutConversation(Conversation(number), number % 2 == 0 ? "even" : "odd"))],
            read ?? Picture,
            new ImageProcessor { Size = 8 });
        return new VisionLanguageLearner(VisionLanguageModel.Create(config, variants, seed: 1), data, Config)
        {
            Start = start,
            Encoder = encoder,
        };
    }

    /// <summary>One of three pictures, a question of one to four words, an answer of two.</summary>
    private static ConversationTokens Conversation(int number)
    {
        var question = Enumerable.Range(0, 1 + number % 4).Select(word => 1 + (number + word) % 5).ToArray();
        int[] answer = [6 + number % 3, 9 + number % 2];
        return new ConversationTokens(
            $"{number}",
            [$"{number % 3}"],
            [.. Enumerable.Repeat(ConversationTokens.Image, Features), .. question, .. answer],
            [.. Enumerable.Repeat(ConversationTokens.Ignored, Features + question.Length), .. answer]);
    }

    /// <summary>The same conversation without its picture.</summary>
    private static ConversationTokens Words(int number)
    {
        var tokens = Conversation(number);
        return tokens with { Images = [], Ids = tokens.Ids[Features..], Labels = tokens.Labels[Features..] };
    }

    private static RgbImage Picture(string name)
    {
        var pixels = new byte[3 * 8 * 8];
        new Random(name[0]).NextBytes(pixels);
        return new RgbImage(8, 8, pixels);
    }
}
