using LibMoE.Runtime.Tests.Checkpoints.Files;
using LibMoE.Runtime.Tests.Hosting;
using LibMoE.Runtime.Training.Learners;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training.Distilling;

/// <summary>Students that learn from answers on disk.</summary>
public sealed class LogitStoreTests : IDisposable
{
    private static readonly ModelConfig Small = new() { Dim = 16, Layers = 1, Heads = 2, Hidden = 16, Context = 16 };

    private static readonly Corpus Text = Corpus.Split(
        "cats", Enumerable.Range(0, 30).Select(i => new Document($"{i}", $"cat {i} sees {i % 7} birds, and {i % 3} of them sing to it.")));

    private static readonly TrainingConfig Training = new() { Steps = 6, Batch = 4, SequenceLength = 16, Warmup = 1, Threads = 1 };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, TeacherRouting.Picked)]
    [InlineData(5, TeacherRouting.Picked)]
    [InlineData(5, TeacherRouting.Sampled)]
    public void A_student_of_stored_answers_is_bit_for_bit_that_of_a_teacher_who_is_asked_and_the_second_asks_no_more(
        int topK, TeacherRouting routing)
    {
        var distill = new DistillConfig { Teacher = "t", TopK = topK, Routing = routing };
        var (asked, _) = Train(distill);
        var (first, told) = Train(distill with { Store = _folder["store"] });
        var (second, untold) = Train(distill with { Store = _folder["store"] });

        Assert.Equal(asked, first);
        Assert.Equal(asked, second);
        Assert.Equal((Training.Steps, 0), (told, untold));
    }

    [Fact]
    public void What_is_kept_of_a_token_is_its_likeliest_classes_alone()
    {
        Train(new DistillConfig { Teacher = "t", TopK = 5, Store = _folder["store"] });

        var file = Directory.GetFiles(_folder["store/seed-0"], "*.safetensors").Order().First();
        Assert.InRange(new FileInfo(file).Length, 4 * 16 * 5 * 8, 4 * 16 * 5 * 8 + 500);
        Assert.Equal(Training.Steps, Directory.GetFiles(_folder["store/seed-0"], "*.safetensors").Length);
    }

    [Fact]
    public void Answers_of_another_teacher_or_to_other_questions_are_refused_and_seeds_have_their_own()
    {
        var distill = new DistillConfig { Teacher = "t", Store = _folder["store"] };
        Train(distill);

        Assert.Contains("teacher differ from this run's", Refused(distill, teacherSeed: 9), StringComparison.Ordinal);
        Assert.Contains("topK differ", Refused(distill with { TopK = 3 }), StringComparison.Ordinal);
        Assert.Contains("routing differ", Refused(distill with { Routing = TeacherRouting.All }), StringComparison.Ordinal);
        Assert.Contains("batch differ", Refused(distill, Training with { SequenceLength = 8 }), StringComparison.Ordinal);
        Train(distill, Training with { Seed = 1 });
        Assert.True(Directory.Exists(_folder["store/seed-1"]));
    }

    [Fact]
    public void Only_logits_of_a_trained_teacher_can_be_kept()
    {
        var config = new TrainingConfig { Distill = new DistillConfig { Teacher = "t", Store = "s", Hidden = 1 } };

        Assert.Equal(
            ["Training:Distill:Store is 's'; it keeps logits of a trained teacher alone, so that Hidden and Router must be 0."],
            config.Problems());
        Assert.Empty((config with { Distill = config.Distill with { Hidden = 0 } }).Problems());
    }

    private static string Refused(DistillConfig distill, TrainingConfig? training = null, long teacherSeed = 5) =>
        Assert.Throws<ConfigurationException>(() => Train(distill, training, teacherSeed)).Message;

    /// <summary>The trained student's parameters, and how often the teacher was asked.</summary>
    private static (List<float> Student, int Asked) Train(DistillConfig distill, TrainingConfig? training = null, long teacherSeed = 5)
    {
        var config = (training ?? Training) with { Distill = distill };
        var asked = 0;
        using var teacher = LanguageModel.Create(Small, MoeVariant.Of<HostedSmoe>(), teacherSeed);
        teacher.MoeLayers[0].register_forward_pre_hook((_, x, context) =>
        {
            asked++;
            return (x, context);
        });
        using var model = LanguageModel.Create(Small, seed: config.Seed);
        using var learner = new TextLearner(model, Text, config)
        {
            Teacher = new TextLearner(teacher, Text, config with { Distill = null }),
        };
        Trainer.Train(learner, config);
        using var scope = NewDisposeScope();
        return ([.. model.parameters().SelectMany(parameter => parameter.data<float>())], asked);
    }
}
