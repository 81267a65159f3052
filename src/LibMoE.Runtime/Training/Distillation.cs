using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>What a student learns from a teacher on a micro-batch.</summary>
/// <param name="config">How.</param>
/// <param name="teacher">The teacher, which sees the same examples; null where it is the uniform one.</param>
internal sealed class Distillation(DistillConfig config, Learner? teacher)
{
    /// <summary>The loss in the place of the task's, a scalar [].</summary>
    /// <param name="student">What the student made of the micro-batch.</param>
    /// <param name="position">The number of its first example.</param>
    /// <param name="examples">How many.</param>
    /// <param name="step">The step.</param>
    /// <exception cref="ConfigurationException">There is no teacher, one of both gives no logits, or they are not of the same
    /// classes.</exception>
    public Tensor Loss(Objective student, long position, int examples, long step)
    {
        if (config.Weight == 0)
        {
            return student.Loss;
        }

        if (teacher is null && config.Teacher != DistillConfig.Uniform)
        {
            throw new ConfigurationException(
                $"Training:Distill:Teacher is '{config.Teacher}', but {nameof(Learner)}.{nameof(Learner.Teacher)} is not set; a study and "
                    + "train load it, in one process.");
        }

        var student_NC = Flat(student, "the student");
        var teacher_NC = teacher is null ? zeros_like(student_NC) : Asked(teacher, position, examples, step);
        if (!teacher_NC.shape.SequenceEqual(student_NC.shape))
        {
            throw new ConfigurationException(
                $"Training:Distill:Teacher gives logits [{string.Join(", ", teacher_NC.shape)}] and the student "
                    + $"[{string.Join(", ", student_NC.shape)}]; both must be of the same classes.");
        }

        return student.Loss.Times(1 - config.Weight).Plus(Divergence(teacher_NC, student_NC, config).Times(config.Weight));
    }

    /// <summary>τ²·mean_n KL(p_n ‖ q_n), p the teacher's softmax at τ over its k most likely classes, q the student's over all.</summary>
    /// <param name="teacher_NC">Logits without a gradient.</param>
    /// <param name="student_NC">Logits.</param>
    /// <param name="config">τ and k.</param>
    public static Tensor Divergence(Tensor teacher_NC, Tensor student_NC, DistillConfig config)
    {
        var log_NC = student_NC.Over(config.Temperature).log_softmax(-1);
        var wanted_NC = teacher_NC.to(student_NC.dtype).Over(config.Temperature);
        if (config.TopK > 0 && config.TopK < wanted_NC.shape[^1])
        {
            (wanted_NC, var classes_NK) = wanted_NC.topk(config.TopK, dim: -1);
            log_NC = log_NC.gather(-1, classes_NK);
        }

        var logWanted_NC = wanted_NC.log_softmax(-1);
        return (logWanted_NC.exp() * (logWanted_NC - log_NC)).sum([-1]).mean().Times(config.Temperature * config.Temperature);
    }

    private Tensor Asked(Learner asked, long position, int examples, long step)
    {
        using var quiet = no_grad();
        asked.Model.eval();
        return Flat(
            asked.Learn(position, examples, new MoeContext { Step = step, Losses = false, Reroute = Reroute() }), "the teacher").detach();
    }

    private Func<Routing, Picks>? Reroute() => config.Routing == TeacherRouting.Picked ? null : routing =>
    {
        var (tokens, experts) = (routing.Scores!.shape[0], routing.Scores.shape[1]);
        var all_E = tensor(Enumerable.Range(0, (int)experts).Select(expert => (long)expert).ToArray(), device: routing.Scores.device);
        return new Picks(all_E.expand(tokens, experts));
    };

    private static Tensor Flat(Objective objective, string whose) => objective.Logits is { } logits
        ? logits.reshape(-1, logits.shape[^1])
        : throw new ConfigurationException($"Training:Distill is given, but {whose} gives no logits ({nameof(Objective)}.Logits).");
}
