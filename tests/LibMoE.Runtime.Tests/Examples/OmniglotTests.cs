using MetaLearning;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>The characters and the net of examples/MetaLearning.</summary>
public sealed class OmniglotTests
{
    [Fact]
    public void A_character_that_shares_a_drawing_with_a_seen_one_is_not_unseen_whatever_its_name()
    {
        Character[] seen = [new("Latin", "character01", [[1, 2], [3]]), new("Greek", "character01", [[4]])];
        Character[] others = [new("Roman", "a", [[9], [3]]), new("Latin", "character01", [[5]]), new("Tagalog", "b", [[1], [2, 1]])];

        Assert.Equal([others[1], others[2]], Character.Unseen(others, seen));
    }

    [SkippableFact]
    public void Of_the_second_set_106_characters_of_three_alphabets_are_left()
    {
        Skip.If(new DataFiles().Cache.Find("omniglot/images_background_small2.zip") is null, "omniglot/ is in no data folder.");
        var data = Omniglot.Load();

        Assert.Equal(136, data.Train.Labels.Distinct().Count());
        Assert.Equal(106, data.Test.Labels.Distinct().Count());
        Assert.Equal(["Japanese_(katakana)", "Sanskrit", "Tagalog"], data.Groups.Order());
        Assert.All(data.Test.Labels.Concat(data.Train.Labels.Select(label => label + 1000)).CountBy(label => label), count =>
            Assert.Equal(20, count.Value));
        Assert.All(data.Test.Values.ToArray(), ink => Assert.InRange(ink, 0, 1.0001f));
    }

    [Fact]
    public void A_drawings_features_do_not_depend_on_what_else_is_in_its_batch()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        manual_seed(1);
        using var net = new GlyphNet(new LearnerSetup(null, new TrainingConfig()) { Matched = MoeVariant.Of<TinyGlyphMoe>().Declaration });
        var drawings_N1SS = rand([6, 1, Omniglot.Side, Omniglot.Side]);
        var together = net.forward(drawings_N1SS, MoeContext.None).Features;
        var alone = net.forward(drawings_N1SS.narrow(0, 2, 1), MoeContext.None).Features;

        Assert.Equal([6, GlyphNet.Features], together.shape);
        Assert.All(alone.data<float>().Zip(together[2].data<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }
}

[MoeLayer, Experts<Relu>(4, Hidden = 8), SoftmaxGate(TopK = 2)]
public sealed partial class TinyGlyphMoe;
