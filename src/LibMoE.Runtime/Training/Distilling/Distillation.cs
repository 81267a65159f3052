using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Distilling;

/// <summary>What a student learns from a teacher.</summary>
/// <param name="training">How, and which examples are at a position.</param>
/// <param name="distill">What of the teacher counts.</param>
/// <param name="teacher">The teacher, which sees the same examples; null where it is the uniform one.</param>
internal sealed class Distillation(TrainingConfig training, DistillConfig distill, Learner? teacher)
{
    private LogitStore? _store;

    /// <summary>The loss on a micro-batch in the place of the task's, a scalar [].</summary>
    /// <param name="student">What the student made of it.</param>
    /// <param name="position">The number of its first example.</param>
    /// <param name="examples">How many.</param>
    /// <param name="step">The step.</param>
    /// <exception cref="ConfigurationException">There is no teacher, one of both does not say what is compared, or they are not of the same
    /// classes.</exception>
    /// <exception cref="StorageException">Stored answers cannot be read or written.</exception>
    public Tensor Loss(Objective student, long position, int examples, long step)
    {
        if (distill is { Weight: 0, Hidden: 0, Router: 0 })
        {
            return student.Loss;
        }

        if (teacher is null && distill.Teacher != DistillConfig.Uniform)
        {
            throw new ConfigurationException(
                $"Training:Distill:Teacher is '{distill.Teacher}', but {nameof(Learner)}.{nameof(Learner.Teacher)} is not set; a study and "
                    + "train load it, in one process.");
        }

        var student_NC = Flat(student, "the student");
        var answer = teacher is null
            ? new TeacherAnswer(zeros_like(student_NC), null, student_NC.shape[^1])
            : Answer(teacher, position, examples, step, student_NC.device);
        if (answer.Classes != student_NC.shape[^1] || answer.Logits_NK.shape[0] != student_NC.shape[0])
        {
            throw new ConfigurationException(
                $"Training:Distill:Teacher gives logits [{answer.Logits_NK.shape[0]}, {answer.Classes}] and the student "
                    + $"[{string.Join(", ", student_NC.shape)}]; both must be of the same classes.");
        }

        var loss = student.Loss.Times(1 - distill.Weight).Plus(
            Divergence(answer, student_NC, distill.Temperature).Times(distill.Weight));
        if (distill.Hidden > 0)
        {
            var (told, own) = (answer.Hidden ?? throw NoHidden("the teacher"), student.Hidden ?? throw NoHidden("the student"));
            loss = loss.Plus(Resemblance.OfHidden(told, own).Times(distill.Hidden));
        }

        return distill.Router > 0
            ? loss.Plus(Resemblance.OfRouters(answer.Routings, student.Routings).Times(distill.Router))
            : loss;
    }

    /// <summary>τ²·mean_n KL(p_n ‖ q_n), p the teacher's softmax at τ over the classes that count, q the student's over all.</summary>
    /// <param name="teacher">What the teacher said.</param>
    /// <param name="student_NC">Logits.</param>
    /// <param name="temperature">τ.</param>
    public static Tensor Divergence(TeacherAnswer teacher, Tensor student_NC, double temperature)
    {
        var log_NC = student_NC.Over(temperature).log_softmax(-1);
        var log_NK = teacher.Classes_NK is { } classes_NK ? log_NC.gather(-1, classes_NK) : log_NC;
        var wanted_NK = teacher.Logits_NK.to(student_NC.dtype).Over(temperature).log_softmax(-1);
        return (wanted_NK.exp() * (wanted_NK - log_NK)).sum([-1]).mean().Times(temperature * temperature);
    }

    private TeacherAnswer Answer(Learner asked, long position, int examples, long step, Device device)
    {
        if (distill.Store.Length == 0)
        {
            return Ask(asked, position, examples, step);
        }

        _store ??= LogitStore.Open(DiskFiles.Instance, distill, asked, training);
        return _store.Of(position, examples, () => Ask(asked, position, examples, step), device);
    }

    private TeacherAnswer Ask(Learner asked, long position, int examples, long step)
    {
        using var quiet = no_grad();
        asked.Model.eval();
        var said = asked.Learn(
            position,
            examples,
            new MoeContext { Step = step, Losses = false, Reroute = TeacherPicks.Of(distill.Routing, training.Seed, position) });
        return TeacherAnswer.Of(Flat(said, "the teacher").detach(), distill.TopK) with
        {
            Hidden = said.Hidden?.detach(),
            Routings = said.Routings,
        };
    }

    private static Tensor Flat(Objective objective, string whose) => objective.Logits is { } logits
        ? logits.reshape(-1, logits.shape[^1])
        : throw new ConfigurationException(
            $"Training:Distill is given, but {whose} gives no logits ({nameof(Objective)}.{nameof(objective.Logits)}).");

    private static ConfigurationException NoHidden(string whose) => new(
        $"Training:Distill:Hidden is given, but {whose} gives no hidden states "
            + $"({nameof(Objective)}.{nameof(Objective.Hidden)}).");
}
