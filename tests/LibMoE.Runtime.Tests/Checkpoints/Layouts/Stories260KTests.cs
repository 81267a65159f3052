using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts;

/// <summary>Real weights: what llama2.c documents of this model, and what was measured with llama2.c itself.</summary>
public sealed class Stories260KTests
{
    [SkippableFact]
    public void The_most_probable_tokens_are_the_documented_text()
    {
        using var loaded = Stories260K.Load();

        var text = string.Concat(
            TextGenerator.Text(loaded.Model, loaded.Tokenizer, new GenerationOptions { Temperature = 0, Tokens = 256 }));

        Assert.Equal(Stories260K.GreedyText, text.TrimEnd('\n').ReplaceLineEndings("\n"));
    }

    [SkippableFact]
    public void The_loss_on_a_hundred_stories_is_what_llama2c_gives()
    {
        using var loaded = Stories260K.Load();
        var stories = Stories260K.Stories(loaded, 100);

        var (loss, tokens) = StoryLoss.Of(loaded.Model, stories);

        Assert.Equal(37_299, tokens);
        Assert.InRange(loss, 1.286, 1.288);
    }

    [SkippableFact]
    public void Reading_token_by_token_with_a_cache_gives_the_log_probabilities_of_reading_at_once()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var loaded = Stories260K.Load();
        var story = Array.ConvertAll(Stories260K.Stories(loaded, 1)[0], id => (long)id);
        var full_LV = nn.functional.log_softmax(loaded.Model.forward(tensor(story, [1, story.Length])).Logits[0], -1);
        using var cache = new KeyValueCache();

        foreach (var (token, id) in story.Index())
        {
            using var part = NewDisposeScope();
            var one_V = nn.functional.log_softmax(loaded.Model.forward(tensor(id).reshape(1, 1), MoeContext.None, cache).Logits[0, 0], -1);
            Assert.InRange((one_V - full_LV[token]).abs().max().item<float>(), 0, 1e-4);
            Assert.True(full_LV[token, one_V.argmax()].item<float>() > full_LV[token].max().item<float>() - 1e-4);
        }

        Assert.True(story.Length > 100);
    }

    [SkippableFact]
    public void It_is_the_published_model()
    {
        using var loaded = Stories260K.Load();

        Assert.Equal("stories260K", loaded.Name);
        Assert.Equal("b0a507e7ad0f626624f17112325e66691f9076d622e1d3274d103d00299f2696", loaded.Sha256);
        Assert.Equal(260_032, ModelCost.TotalParameters(loaded.Model.Config, null));
        Assert.Equal(260_032, loaded.Model.parameters().Sum(parameter => parameter.numel()));
        Assert.Null(loaded.Variant);
    }
}
