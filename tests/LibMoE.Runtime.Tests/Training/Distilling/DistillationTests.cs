using LibMoE.Runtime.Training.Distilling;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training.Distilling;

/// <summary>What a student learns from a teacher, against its formula.</summary>
public sealed class DistillationTests
{
    private static readonly double[] Teacher = [2, 0, -1, 0, 1, 3];
    private static readonly double[] Student = [1, 1, 0, -2, 0.5, 0];

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2.5, 0)]
    [InlineData(1, 2)]
    [InlineData(4, 1)]
    public void The_divergence_is_that_of_both_softmaxes_at_the_temperature_times_its_square(double temperature, int topK)
    {
        using var scope = NewDisposeScope();
        var made = Distillation.Divergence(TeacherAnswer.Of(tensor(Teacher, [2, 3]), topK), tensor(Student, [2, 3]), temperature);

        var expected = Teacher.Chunk(3).Zip(Student.Chunk(3)).Average(pair => Divergence(pair.First, pair.Second));
        Assert.Equal(expected, made.item<double>(), 12);

        double Divergence(double[] teacher, double[] student)
        {
            int[] kept = [.. Enumerable.Range(0, 3).OrderByDescending(place => teacher[place]).Take(topK == 0 ? 3 : topK)];
            var (over, under) = (kept.Sum(place => Math.Exp(teacher[place] / temperature)), student.Sum(x => Math.Exp(x / temperature)));
            return temperature * temperature * kept.Sum(place =>
            {
                var p = Math.Exp(teacher[place] / temperature) / over;
                return p * Math.Log(p / (Math.Exp(student[place] / temperature) / under));
            });
        }
    }

    [Fact]
    public void At_a_high_temperature_its_gradient_is_that_of_matching_centred_logits()
    {
        // Hinton et al. 2015, section 2.1: dC/dz → (z − z̄ − (v − v̄))/C of each example.
        using var scope = NewDisposeScope();
        var student_NC = tensor(Student[..3], [1, 3], requires_grad: true);
        Distillation.Divergence(TeacherAnswer.Of(tensor(Teacher[..3], [1, 3]), 0), student_NC, temperature: 1e4).backward();

        var (z, v) = (Student[..3], Teacher[..3]);
        foreach (var (place, slope) in student_NC.grad!.data<double>().ToArray().Index())
        {
            Assert.Equal((z[place] - z.Average() - (v[place] - v.Average())) / 3, slope, 3);
        }
    }

    [Fact]
    public void A_uniform_teacher_is_label_smoothing()
    {
        using var scope = NewDisposeScope();
        var logits_NC = tensor(Student, [2, 3]);
        var labels_N = tensor(new long[] { 0, 2 });
        var task = nn.functional.cross_entropy(logits_NC, labels_N);
        var config = new DistillConfig { Teacher = DistillConfig.Uniform, Weight = 0.1 };
        var made = Of(config).Loss(new Objective(task, []) { Logits = logits_NC }, 0, 2, 0);

        var smoothed = nn.functional.cross_entropy(logits_NC, labels_N, label_smoothing: 0.1);
        Assert.Equal(smoothed.item<double>() - 0.1 * Math.Log(3), made.item<double>(), 12);
    }

    [Fact]
    public void Weight_nought_is_the_task_alone_and_weight_one_the_teacher_alone()
    {
        using var scope = NewDisposeScope();
        var objective = new Objective(tensor(7.0), []) { Logits = tensor(Student, [2, 3]) };

        Assert.Equal(7, Of(new DistillConfig { Teacher = "x", Weight = 0 }).Loss(objective, 0, 2, 0).item<double>());
        var alone = Of(new DistillConfig { Teacher = DistillConfig.Uniform, Weight = 1 }).Loss(objective, 0, 2, 0);
        Assert.Equal(
            Distillation.Divergence(TeacherAnswer.Of(zeros([2, 3], ScalarType.Float64), 0), objective.Logits!, 1).item<double>(),
            alone.item<double>(), 12);
    }

    [Fact]
    public void A_teacher_that_is_not_there_or_a_student_without_logits_is_refused()
    {
        using var scope = NewDisposeScope();
        var silent = new Objective(tensor(1.0), []);

        Assert.Contains("is not set", Assert.Throws<ConfigurationException>(() =>
            Of(new DistillConfig { Teacher = "runs/x" }).Loss(silent, 0, 2, 0)).Message, StringComparison.Ordinal);
        Assert.Contains("gives no logits", Assert.Throws<ConfigurationException>(() =>
            Of(new DistillConfig { Teacher = DistillConfig.Uniform }).Loss(silent, 0, 2, 0)).Message,
            StringComparison.Ordinal);
    }

    private static Distillation Of(DistillConfig distill) => new(new TrainingConfig(), distill, teacher: null);
}
