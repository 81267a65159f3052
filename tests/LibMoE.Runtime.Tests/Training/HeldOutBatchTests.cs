using LibMoE.Runtime.Models;
using LibMoE.Runtime.Tests.Evaluation.Scoring;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training;

/// <summary>A loss on held-out text is a property of the model, not of how many sequences were measured at once, where tokens are routed
/// alone.</summary>
public sealed class HeldOutBatchTests
{
    private static readonly ModelConfig Small = new() { Dim = 16, Layers = 2, Heads = 2, Hidden = 16, Context = 16 };
    private static readonly ByteTokens Tokens = new([.. Enumerable.Range(0, 1024).Select(i => (byte)(i * i % 251))]);

    [Fact]
    public void A_layer_that_routes_each_token_alone_has_one_loss_for_every_batch_size()
    {
        foreach (var variant in (MoeVariant[])[MoeVariant.Of<ScoredSmoe>(), MoeVariant.Of<ScoredHash>(), MoeVariant.Of<ScoredResidual>()])
        {
            var losses = Losses(variant);

            Assert.All(losses, loss => Assert.Equal(losses[0], loss, 1e-5));
            Assert.Null(TokenInfluence.OfHeldOutLoss(variant.Declaration, 7));
        }
    }

    [Fact]
    public void A_dense_model_has_one_loss_for_every_batch_size()
    {
        var losses = Losses(null);

        Assert.All(losses, loss => Assert.Equal(losses[0], loss, 1e-6));
        Assert.Null(TokenInfluence.Of(declaration: null));
    }

    [Fact]
    public void Layers_that_choose_among_the_tokens_of_a_call_do_not_and_say_so()
    {
        foreach (var variant in (MoeVariant[])[MoeVariant.Of<ScoredExpertChoice>(), MoeVariant.Of<ScoredCapacity>()])
        {
            var losses = Losses(variant);

            Assert.True(losses.Max() - losses.Min() > 1e-4, variant.Name);
            Assert.EndsWith("depends on how many sequences a call has, here 7", TokenInfluence.OfHeldOutLoss(variant.Declaration, 7),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Slots_see_later_tokens_of_their_own_sequence_alone_so_that_the_batch_changes_nothing()
    {
        var variant = MoeVariant.Of<ScoredSlots>();
        var losses = Losses(variant);

        Assert.All(losses, loss => Assert.Equal(losses[0], loss, 1e-5));
        Assert.EndsWith("later ones among them", TokenInfluence.OfHeldOutLoss(variant.Declaration, 7), StringComparison.Ordinal);
    }

    private static List<double> Losses(MoeVariant? variant)
    {
        using var model = LanguageModel.Create(Small with { HeadStd = 1 }, variant, seed: 3);
        using (no_grad())
        {
            // As large as trained ones may be: at their start, soft slots all hold nearly the mean token.
            foreach (var parameter in model.MoeLayers.SelectMany(layer => layer.parameters()))
            {
                parameter.mul_(20);
            }
        }

        return [.. new[] { 1, 2, 5, 12 }.Select(batch => HeldOutLoss.Measure(model, Tokens, length: 16, sequences: 12, batch).Mean)];
    }
}
