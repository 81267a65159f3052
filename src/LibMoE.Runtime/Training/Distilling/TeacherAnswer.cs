using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Distilling;

/// <summary>What a teacher says of N predictions among C classes, without gradients; in the caller's dispose scope.</summary>
/// <param name="Logits_NK">Its logits: of all classes where K = C, else of the K most likely.</param>
/// <param name="Classes_NK">Which classes they are, int64; null where they are all, in order.</param>
/// <param name="Classes">C.</param>
internal sealed record TeacherAnswer(Tensor Logits_NK, Tensor? Classes_NK, long Classes)
{
    /// <summary>What its head reads, [.., D]; null where nobody asked, or it does not say.</summary>
    public Tensor? Hidden { get; init; }

    /// <summary>How its MoE layers routed.</summary>
    public IReadOnlyList<Routing> Routings { get; init; } = [];

    /// <summary>Its k most likely classes; all where k is 0 or C.</summary>
    /// <param name="logits_NC">Logits of all classes.</param>
    /// <param name="k">How many of them count.</param>
    public static TeacherAnswer Of(Tensor logits_NC, int k)
    {
        var classes = logits_NC.shape[^1];
        if (k == 0 || k >= classes)
        {
            return new TeacherAnswer(logits_NC, null, classes);
        }

        var (logits_NK, classes_NK) = logits_NC.topk(k, dim: -1);
        return new TeacherAnswer(logits_NK, classes_NK, classes);
    }
}
