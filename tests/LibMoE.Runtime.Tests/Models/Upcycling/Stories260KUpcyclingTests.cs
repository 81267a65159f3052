using LibMoE.Runtime.Tests.Checkpoints.Layouts;
using LibMoE.Runtime.Tests.Evaluation;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models.Upcycling;

/// <summary>A real model keeps its loss where exact copies are promised, and does not where they are not.</summary>
public sealed class Stories260KUpcyclingTests
{
    private const int Stories = 12;

    [SkippableTheory]
    [InlineData(nameof(FourTop1))]
    [InlineData(nameof(FourTop2))]
    [InlineData(nameof(EightTop1))]
    [InlineData(nameof(EightTop2))]
    [InlineData(nameof(EightSigmoid))]
    [InlineData(nameof(WithShared))]
    public void Copies_have_the_dense_loss_whatever_the_router_says(string variant)
    {
        var (dense, mixture, exact) = Losses(variant, new UpcyclingOptions(), shake: true);

        Assert.True(exact);
        Assert.Equal(dense, mixture, 1e-5);
    }

    [SkippableTheory]
    [InlineData(nameof(StoryHalves), 2)]
    [InlineData(nameof(StoryQuarters), 4)]
    public void Pieces_have_the_dense_loss(string variant, int split)
    {
        var (dense, mixture, exact) = Losses(variant, new UpcyclingOptions { Split = split }, shake: false);

        Assert.True(exact);
        Assert.Equal(dense, mixture, 1e-4);
    }

    [SkippableTheory]
    [InlineData(nameof(Unnormalised), 0, false)]
    [InlineData(nameof(UnnormalisedSigmoid), 0, true)]
    [InlineData(nameof(FourTop2), 0.5, false)]
    public void Unnormalised_weights_and_new_units_change_the_loss_and_say_so(string variant, double drop, bool shake)
    {
        var (dense, mixture, exact) = Losses(variant, new UpcyclingOptions { DropFraction = drop }, shake);

        Assert.False(exact);
        Assert.True(mixture > dense + 0.01, $"dense {dense}, mixture {mixture}");
    }

    [SkippableFact]
    public void An_upcycled_model_exported_as_Mixtral_keeps_its_loss()
    {
        using var folder = new DataFolder();
        using var loaded = Stories260K.Load();
        var upcycled = Upcycler.Upcycle(loaded.Model, MoeVariant.Of<FourTop2>());
        using var mixture = upcycled.Model;
        Assert.Equal("mixtral", HuggingFaceExport.Save(mixture, folder.Path));

        using var back = ModelLoader.Load(folder.Path, [MoeVariant.Of<FourTop2>()]);

        var stories = Stories260K.Stories(loaded, Stories);
        Assert.Equal(StoryLoss.Of(loaded.Model, stories).Loss, StoryLoss.Of(back.Model, stories).Loss, 1e-5);
    }

    private static (double Dense, double Mixture, bool Exact) Losses(string variant, UpcyclingOptions options, bool shake)
    {
        using var quiet = no_grad();
        using var loaded = Stories260K.Load();
        var upcycled = Upcycler.Upcycle(loaded.Model, LibMoERuntimeTestsVariants.All.Single(declared => declared.Name == variant), options);
        using var mixture = upcycled.Model;
        mixture.eval();
        using var generator = new Generator(4);
        foreach (var (_, router) in mixture.named_parameters()
            .Where(parameter => shake && parameter.name.EndsWith("router.weight", StringComparison.Ordinal)))
        {
            router.normal_(0, 1, generator);
        }

        var stories = Stories260K.Stories(loaded, Stories);
        return (StoryLoss.Of(loaded.Model, stories).Loss, StoryLoss.Of(mixture, stories).Loss, upcycled.Exact);
    }
}
