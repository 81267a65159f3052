using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Says how probable a vision-language model finds continuations of a text with images in it.</summary>
public static class ImageTextScorer
{
    /// <summary>Scores continuations of one prompt. The prompt and its images are read once where tokens are routed alone.</summary>
    /// <param name="model">Left in evaluation mode.</param>
    /// <param name="images_ICHW">The images of the prompt in their order, normalised [I, C, H, W]; null where there are none.</param>
    /// <param name="prompt">The ids of the prompt, <see cref="VisionLanguageModel.ImageToken"/> once for each feature of an image; at
    /// least one.</param>
    /// <param name="continuations">The ids of each continuation, at least one each.</param>
    /// <returns>One score for each continuation.</returns>
    /// <exception cref="ArgumentException">The prompt or a continuation is empty, has places for another number of images, or together they
    /// are longer than the context.</exception>
    public static IReadOnlyList<ContinuationScore> Score(
        VisionLanguageModel model, Tensor? images_ICHW, IReadOnlyList<int> prompt, IReadOnlyList<IReadOnlyList<int>> continuations)
    {
        if (prompt.Count == 0 || continuations.Any(continuation => continuation.Count == 0))
        {
            throw new ArgumentException("A prompt and its continuations need at least one token each.", nameof(continuations));
        }

        model.eval();
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var seen = images_ICHW is null ? null : SeenImages.Of(model, images_ICHW);
        using var cache = new KeyValueCache();
        Tensor? last_1V = null;
        var scores = new List<ContinuationScore>();
        foreach (var continuation in continuations)
        {
            using var part = NewDisposeScope();
            if (!model.Language.RoutesTokensAlone)
            {
                using var alone = new KeyValueCache();
                var logits_NV = Logits(model, seen, [.. prompt, .. continuation.SkipLast(1)], alone);
                scores.Add(Of(logits_NV.narrow(0, prompt.Count - 1, continuation.Count), continuation));
                continue;
            }

            last_1V ??= Logits(model, seen, prompt, cache)[^1..].clone().MoveToOuterDisposeScope();
            cache.Truncate(prompt.Count);
            var after_NV = continuation.Count == 1 ? last_1V : cat([last_1V, Logits(model, null, [.. continuation.SkipLast(1)], cache)], 0);
            scores.Add(Of(after_NV, continuation));
        }

        return scores;
    }

    private static Tensor Logits(VisionLanguageModel model, SeenImages? seen, IReadOnlyList<int> ids, KeyValueCache cache)
    {
        var device = model.Language.parameters().First().device;
        var ids_SL = tensor(ids.Select(id => (long)id).ToArray(), [1, ids.Count], device: device);
        return model.Read(ids_SL, seen, new MoeContext { Losses = false }, cache).Logits.squeeze(0);
    }

    private static ContinuationScore Of(Tensor logits_NV, IReadOnlyList<int> continuation)
    {
        var ids_N = tensor(continuation.Select(id => (long)id).ToArray(), device: logits_NV.device);
        var logs_NV = logits_NV.to(ScalarType.Float64).log_softmax(-1);
        var sum = logs_NV.gather(1, ids_N.unsqueeze(1)).sum().item<double>();
        return new ContinuationScore(sum, continuation.Count, logits_NV.argmax(-1).eq(ids_N).all().item<bool>());
    }
}
