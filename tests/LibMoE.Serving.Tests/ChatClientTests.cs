using LibMoE.Runtime;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace LibMoE.Serving.Tests;

/// <summary>A model is a chat client and an embedding generator as any other.</summary>
public sealed class ChatClientTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"libmoe-served-{Guid.NewGuid():N}");
    private readonly ServiceProvider _services;
    private readonly LoadedModel _alone;

    public ChatClientTests()
    {
        using (var made = SampleModels.Mixture())
        {
            ModelSaver.Save(made.Model, made.Tokenizer, _path);
        }

        var services = new ServiceCollection();
        services.AddMoeVariants();
        services.AddMoeChatClient(_path);
        _services = services.BuildServiceProvider();
        _alone = ModelLoader.Load(_path, [MoeVariant.Of<ServedMoe>()]);
    }

    public void Dispose()
    {
        _services.Dispose();
        _alone.Dispose();
        Directory.Delete(_path, recursive: true);
    }

    [Fact]
    public async Task It_answers_what_the_model_says_alone_at_once_and_streamed()
    {
        var client = _services.GetRequiredService<IChatClient>();
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = 12 };
        var alone = SampleModels.Alone(_alone, "once", new GenerationOptions { Temperature = 0, Tokens = 12 });

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.GetResponseAsync("once", options)));
        var streamed = await client.GetStreamingResponseAsync("once", options).ToChatResponseAsync();

        Assert.All(answers, answer => Assert.Equal(alone, answer.Text));
        Assert.Equal(alone, streamed.Text);
        Assert.Equal(ChatFinishReason.Length, streamed.FinishReason);
        Assert.Equal(12, streamed.Usage!.OutputTokenCount);
        Assert.Equal(16, answers[0].Usage!.TotalTokenCount);
        Assert.Equal("ServedMoe", client.GetService<ChatClientMetadata>()!.DefaultModelId);
    }

    [Fact]
    public async Task What_it_cannot_do_is_refused_by_name()
    {
        var client = _services.GetRequiredService<IChatClient>();

        var tools = await Assert.ThrowsAsync<ConfigurationException>(
            () => client.GetResponseAsync("once", new ChatOptions { Tools = [AIFunctionFactory.CreateDeclaration("f", "does", default)] }));
        var image = await Assert.ThrowsAsync<ConfigurationException>(
            () => client.GetResponseAsync(new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])));

        Assert.StartsWith("ChatOptions.Tools must be empty", tools.Message, StringComparison.Ordinal);
        Assert.Equal("A message holds DataContent; this model reads words only.", image.Message);
    }

    [Fact]
    public async Task A_text_that_is_cancelled_ends()
    {
        var client = _services.GetRequiredService<IChatClient>();
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in client.GetStreamingResponseAsync("once", cancellationToken: stop.Token))
            {
                await stop.CancelAsync();
            }
        });
    }

    [Fact]
    public async Task Vectors_are_the_mean_of_what_the_head_reads_with_length_1()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var quiet = TorchSharp.torch.no_grad();
        var generator = _services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();

        var vectors = await generator.GenerateAsync(["once upon", "a time"]);

        var ids = "once upon"u8.ToArray().Select(id => (long)id).ToArray();
        var mean = _alone.Model.Hidden(TorchSharp.torch.tensor(ids, [1, ids.Length]), MoeContext.None)[0]
            .to(TorchSharp.torch.ScalarType.Float64).mean([0]).data<double>().ToArray();
        var length = Math.Sqrt(mean.Sum(number => number * number));
        Assert.Equal(2, vectors.Count);
        Assert.All(mean.Zip(vectors[0].Vector.ToArray()), pair => Assert.Equal(pair.First / length, pair.Second, 1e-5));
        Assert.Equal(15, vectors.Usage!.InputTokenCount);
    }
}
