using LibMoE.Runtime;
using LibMoE.Serving.Engine;
using Microsoft.Extensions.AI;
using static TorchSharp.torch;

namespace LibMoE.Serving.Clients;

/// <summary>
/// A text's vector: the mean over its tokens of what the model's head reads, h = mean_l norm(x_l), scaled to length 1. It is that of
/// a model trained to predict tokens, not of one trained to compare texts.
/// </summary>
internal sealed class MoeEmbeddingGenerator(ServedModel served) : IEmbeddingGenerator<string, Embedding<float>>
{
    private static readonly MoeContext Quiet = new() { Losses = false };

    private readonly EmbeddingGeneratorMetadata _metadata = new("libmoe", null, served.Id, served.Model.Config.Dim);

    /// <inheritdoc />
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        var dim = served.Model.Config.Dim;
        if (options?.Dimensions is { } wanted && wanted != dim)
        {
            throw new ConfigurationException($"EmbeddingGenerationOptions.Dimensions is {wanted}; the model's vectors have {dim}.");
        }

        var (vectors, tokens) = (new GeneratedEmbeddings<Embedding<float>>(), 0L);
        foreach (var text in values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var ids = served.Prompt(text);
            if (ids.Length == 0 || ids.Length > served.Context)
            {
                throw new ConfigurationException($"The text has {ids.Length} tokens; the model takes 1 to {served.Context}.");
            }

            tokens += ids.Length;
            var vector = await served.Engine.AskAsync(model => Vector(model, ids)).ConfigureAwait(false);
            vectors.Add(new Embedding<float>(vector) { ModelId = served.Id, CreatedAt = TimeProvider.System.GetUtcNow() });
        }

        vectors.Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens };
        return vectors;
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>The model is disposed with the services.</summary>
    public void Dispose()
    {
    }

    private static float[] Vector(LanguageModel model, int[] ids)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var ids_SL = tensor(ids.Select(id => (long)id).ToArray(), [1, ids.Length], device: model.parameters().First().device);
        var mean_D = model.Hidden(ids_SL, Quiet).mean([1]).squeeze(0).to(ScalarType.Float32);
        return nn.functional.normalize(mean_D, dim: 0).cpu().data<float>().ToArray();
    }
}
