using LibMoE.Runtime.Data.Tokenizers;
using LibMoE.Serving.Clients;
using LibMoE.Serving.Engine;
using LibMoE.Serving.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace LibMoE.Runtime;

/// <summary>Gives a program the verb <c>serve</c>, or a model as a chat client.</summary>
public static class ServingServices
{
    private const string Plain = "plain";

    /// <summary>Registers the server of the verb <c>serve</c>.</summary>
    public static IServiceCollection AddServing(this IServiceCollection services) => services.AddSingleton<IModelServer, ModelServer>();

    /// <summary>Registers a model as <c>IChatClient</c> and <c>IEmbeddingGenerator&lt;string, Embedding&lt;float&gt;&gt;</c> of
    /// Microsoft.Extensions.AI. It is loaded when one of them is first asked for, and disposed with the services; a mixture is loaded into
    /// the registered layer of its structure (<c>AddMoeVariants</c>).</summary>
    /// <param name="services">The services.</param>
    /// <param name="path">The model's file or folder, of any layout that <see cref="ModelLoader"/> knows.</param>
    /// <param name="options">Template and limits; what is about addresses is not read. Where no template is named, it is the tokenizer's
    /// own; a model whose tokenizer has none continues the words of the conversation as they are (plain).</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddMoeChatClient(this IServiceCollection services, string path, ServingOptions? options = null)
    {
        services.AddSingleton(provider => Load(path, options ?? new ServingOptions(), [.. provider.GetServices<MoeVariant>()]));
        services.AddSingleton<IChatClient>(provider => new MoeChatClient(provider.GetRequiredService<ServedModel>()));
        services.AddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(
            provider => new MoeEmbeddingGenerator(provider.GetRequiredService<ServedModel>()));
        return services;
    }

    private static ServedModel Load(string path, ServingOptions options, IReadOnlyList<MoeVariant> variants)
    {
        var loaded = ModelLoader.Load(path, variants);
        try
        {
            var silent = options.ChatTemplate.Length == 0 && OwnChatTemplate.In(loaded.Tokenizer) is null;
            return new ServedModel(loaded, silent ? options with { ChatTemplate = Plain } : options, ownsModel: true);
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }
}
