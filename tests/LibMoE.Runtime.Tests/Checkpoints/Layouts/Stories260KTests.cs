namespace LibMoE.Runtime.Tests.Layouts;

/// <summary>Real weights: what llama2.c documents of this model, and what was measured with llama2.c itself.</summary>
public sealed class Stories260KTests
{
    [SkippableFact]
    public void The_most_probable_tokens_are_the_documented_text()
    {
        using var loaded = Stories260K.Load();

        var text = string.Concat(TextGenerator.Text(loaded.Model, loaded.Tokenizer, new GenerationOptions { Temperature = 0, Tokens = 256 }));

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
