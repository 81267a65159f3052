using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts;

/// <summary>The plain mean of −ln p over all predicted tokens of texts of different lengths.</summary>
internal static class StoryLoss
{
    public static (double Loss, long Tokens) Of(LanguageModel model, IReadOnlyList<int[]> stories)
    {
        using var quiet = no_grad();
        var (sum, count) = (0.0, 0L);
        foreach (var story in stories)
        {
            using var scope = NewDisposeScope();
            var ids_SM = tensor(Array.ConvertAll(story, id => (long)id), [1, story.Length]);
            var logits_TV = model.forward(ids_SM.narrow(1, 0, story.Length - 1)).Logits[0];
            sum += nn.functional.cross_entropy(logits_TV, ids_SM[0].narrow(0, 1, story.Length - 1), reduction: nn.Reduction.Sum)
                .item<float>();
            count += story.Length - 1;
        }

        return (sum / count, count);
    }
}
