using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Distilling;

/// <summary>How far a student is from its teacher in what stands before its predictions.</summary>
internal static class Resemblance
{
    /// <summary>
    /// Similarity-preserving distance (Tung and Mori 2019): with G = X·Xᵀ of the N vectors of one example, each row divided by its length,
    /// the mean over examples of ‖G_teacher − G_student‖² / N². Widths may differ, as tokens are compared with each other alone.
    /// </summary>
    /// <param name="teacher">Its hidden states, [.., N, D], or [N, D].</param>
    /// <param name="student">Those of the student, [.., N, D'].</param>
    /// <returns>A scalar [].</returns>
    /// <exception cref="ConfigurationException">They are not of as many tokens.</exception>
    public static Tensor OfHidden(Tensor teacher, Tensor student)
    {
        if (!teacher.shape.SkipLast(1).SequenceEqual(student.shape.SkipLast(1)))
        {
            throw new ConfigurationException(
                $"Training:Distill:Hidden compares hidden states [{string.Join(", ", teacher.shape)}] of the teacher with "
                    + $"[{string.Join(", ", student.shape)}] of the student; both must be of the same tokens.");
        }

        var difference = Similarity(teacher.to(student.dtype)) - Similarity(student);
        return (difference * difference).mean();
    }

    /// <summary>
    /// The mean over MoE layers and tokens of KL(softmax(r) ‖ softmax(q)), r the teacher's router logits and q the student's.
    /// </summary>
    /// <param name="teacher">Its routings.</param>
    /// <param name="student">The student's.</param>
    /// <returns>A scalar [].</returns>
    /// <exception cref="ConfigurationException">They have other layers or experts, or no router.</exception>
    public static Tensor OfRouters(IReadOnlyList<Routing> teacher, IReadOnlyList<Routing> student)
    {
        if (student.Count == 0 || teacher.Count != student.Count)
        {
            throw new ConfigurationException(
                $"Training:Distill:Router compares the routers of {teacher.Count} MoE layers of the teacher with {student.Count} of the "
                    + "student; both must have as many, and at least one.");
        }

        return teacher.Zip(student).Select(pair => Divergence(pair.First.Logits, pair.Second.Logits))
            .Aggregate((sum, next) => sum.Plus(next)).Over(student.Count);
    }

    private static Tensor Similarity(Tensor x) => nn.functional.normalize(x.matmul(x.transpose(-2, -1)), p: 2, dim: -1);

    private static Tensor Divergence(Tensor? teacher_TE, Tensor? student_TE)
    {
        if (teacher_TE is null || student_TE is null || !teacher_TE.shape.SequenceEqual(student_TE.shape))
        {
            throw new ConfigurationException(
                $"Training:Distill:Router compares router logits {Shape(teacher_TE)} of the teacher with {Shape(student_TE)} of the "
                    + "student; both must have as many experts and a gate that learns.");
        }

        var wanted_TE = teacher_TE.detach().to(student_TE.dtype).log_softmax(-1);
        return (wanted_TE.exp() * (wanted_TE - student_TE.log_softmax(-1))).sum([-1]).mean();
    }

    private static string Shape(Tensor? logits) => logits is null ? "(none)" : $"[{string.Join(", ", logits.shape)}]";
}
