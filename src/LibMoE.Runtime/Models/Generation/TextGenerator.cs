using LibMoE.Runtime.Models.Decoding;
using LibMoE.Runtime.Models.Generation;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Continues texts, token by token.</summary>
public static class TextGenerator
{
    /// <summary>Draws tokens one after the other; each is given back as soon as it is drawn.</summary>
    /// <param name="model">Left in evaluation mode.</param>
    /// <param name="prompt">The ids that the text starts with, start id included; at least one.</param>
    /// <param name="options">How tokens are drawn.</param>
    /// <param name="end">The id that ends a text, and is not given back; null where there is none.</param>
    /// <param name="cancellation">Ends the text.</param>
    /// <returns>The new ids: at most <see cref="GenerationOptions.Tokens"/>, fewer where the context is full.</returns>
    /// <exception cref="ConfigurationException">The prompt is empty or leaves no room in the context.</exception>
    /// <remarks>Where a layer does not route tokens alone (<see cref="LanguageModel.RoutesTokensAlone"/>), the whole text is read again for
    /// each token.</remarks>
    public static IEnumerable<int> Tokens(
        LanguageModel model, IReadOnlyList<int> prompt, GenerationOptions options, int? end = null,
        CancellationToken cancellation = default)
    {
        if (prompt.Count == 0 || prompt.Count > model.Config.Context)
        {
            throw new ConfigurationException(
                $"The prompt has {prompt.Count} tokens; the model takes 1 to {model.Config.Context}.");
        }

        return Draw(model, [.. prompt], options, end, (ids_SL, cache) => model.forward(ids_SL, Quiet, cache).Logits, cancellation);
    }

    /// <summary>Draws tokens after a text with images in it; each is given back as soon as it is drawn.</summary>
    /// <param name="model">Left in evaluation mode.</param>
    /// <param name="images_ICHW">The images of the prompt in their order, normalised [I, C, H, W]; null where there are none. They must
    /// live as long as tokens are drawn.</param>
    /// <param name="prompt">The ids that the text starts with, <see cref="VisionLanguageModel.ImageToken"/> once for each feature of an
    /// image.</param>
    /// <param name="options">How tokens are drawn.</param>
    /// <param name="end">The id that ends a text, and is not given back; null where there is none.</param>
    /// <param name="cancellation">Ends the text.</param>
    /// <returns>The new ids: at most <see cref="GenerationOptions.Tokens"/>, fewer where the context is full.</returns>
    /// <exception cref="ConfigurationException">The prompt is empty or leaves no room in the context.</exception>
    /// <exception cref="ArgumentException">The prompt has places for another number of images.</exception>
    /// <remarks>Images are encoded once; then they are in the cache of keys and values as words are. Where a layer does not route tokens
    /// alone, the whole text is read again for each token.</remarks>
    public static IEnumerable<int> Tokens(
        VisionLanguageModel model,
        Tensor? images_ICHW,
        IReadOnlyList<int> prompt,
        GenerationOptions options,
        int? end = null,
        CancellationToken cancellation = default)
    {
        Check(model, prompt);
        return DrawWithImages(model, images_ICHW, prompt, options, end, cancellation);
    }

    /// <summary>The same on images that were seen before, which the caller disposes once all tokens are drawn.</summary>
    internal static IEnumerable<int> Tokens(
        VisionLanguageModel model, SeenImages? seen, IReadOnlyList<int> prompt, GenerationOptions options, int? end,
        CancellationToken cancellation)
    {
        Check(model, prompt);
        return Draw(model, seen, prompt, options, end, cancellation);
    }

    /// <summary>Continues a text, and gives back what is new piece by piece, as it is drawn.</summary>
    /// <param name="model">Left in evaluation mode.</param>
    /// <param name="tokenizer">The model's tokenizer. Texts start with its start id, and end where the model draws its end id (the start id
    /// again, where there is no end id) or an id without a piece, as models with a padded vocabulary have them.</param>
    /// <param name="options">The prompt, and how tokens are drawn.</param>
    /// <param name="cancellation">Ends the text.</param>
    /// <exception cref="ConfigurationException">The prompt is empty and the tokenizer has no start id, or it leaves no room.</exception>
    public static IEnumerable<string> Text(
        LanguageModel model, ITokenizer tokenizer, GenerationOptions options, CancellationToken cancellation = default)
    {
        int[] prompt = [.. tokenizer.Bos is { } start ? [start] : Array.Empty<int>(), .. tokenizer.Encode(options.Prompt)];
        if (prompt.Length == 0)
        {
            throw new ConfigurationException(
                "The prompt is empty, and the model's tokenizer has no start id; give the text a beginning.");
        }

        var stream = new TextStream(tokenizer, prompt);
        return Tokens(model, prompt, options, tokenizer.Eos ?? tokenizer.Bos, cancellation)
            .TakeWhile(id => id < tokenizer.Vocabulary)
            .Select(stream.Add)
            .Append(null)
            .Select(text => text ?? stream.Rest());
    }

    private static MoeContext Quiet { get; } = new() { Losses = false };

    private static IEnumerable<int> DrawWithImages(
        VisionLanguageModel model,
        Tensor? images_ICHW,
        IReadOnlyList<int> prompt,
        GenerationOptions options,
        int? end,
        CancellationToken cancellation)
    {
        model.eval();
        using var seen = images_ICHW is null ? null : SeenImages.Of(model, images_ICHW);
        foreach (var id in Draw(model, seen, prompt, options, end, cancellation))
        {
            yield return id;
        }
    }

    private static IEnumerable<int> Draw(
        VisionLanguageModel model, SeenImages? seen, IReadOnlyList<int> prompt, GenerationOptions options, int? end,
        CancellationToken cancellation) => Draw(
            model.Language, [.. prompt], options, end,
            (ids_SL, cache) => model.Read(ids_SL, cache.Length == 0 ? seen : null, Quiet, cache).Logits, cancellation);

    private static void Check(VisionLanguageModel model, IReadOnlyList<int> prompt)
    {
        if (prompt.Count == 0 || prompt.Count > model.Language.Config.Context)
        {
            throw new ConfigurationException(
                $"The prompt has {prompt.Count} tokens, places of images among them; "
                + $"the model takes 1 to {model.Language.Config.Context}.");
        }
    }

    private static IEnumerable<int> Draw(
        LanguageModel model,
        List<int> ids,
        GenerationOptions options,
        int? end,
        Func<Tensor, KeyValueCache, Tensor> read,
        CancellationToken cancellation)
    {
        model.eval();
        var sampler = new TokenSampler(options);
        using var cache = new KeyValueCache();
        TokenDecoder? decoder = null;
        try
        {
            for (var drawn = 0; drawn < options.Tokens && ids.Count <= model.Config.Context; drawn++)
            {
                if (cancellation.IsCancellationRequested)
                {
                    yield break;
                }

                // The prompt is read at once, what was drawn token by token.
                decoder = drawn == 1 ? TokenDecoder.Find(model, cache) : decoder;
                var next = sampler.Next(decoder?.Read(ids[^1]) ?? LastLogits(model, ids, cache, read));
                if (next == end)
                {
                    yield break;
                }

                ids.Add(next);
                yield return next;
            }
        }
        finally
        {
            decoder?.Dispose();
        }
    }

    private static double[] LastLogits(
        LanguageModel model, List<int> ids, KeyValueCache cache, Func<Tensor, KeyValueCache, Tensor> read)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        if (!model.RoutesTokensAlone)
        {
            cache.Truncate(0);
        }

        var fresh = ids.Skip((int)cache.Length).Select(id => (long)id).ToArray();
        var ids_SL = tensor(fresh, [1, fresh.Length], device: model.parameters().First().device);
        var logits_SLV = read(ids_SL, cache);
        return logits_SLV[0, -1].to(ScalarType.Float64).cpu().data<double>().ToArray();
    }
}
