using Translation;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>What the net of examples/Domains/Translation sees, and how it translates.</summary>
public sealed class TranslationNetTests : IDisposable
{
    private const int Ids = 12;

    private static readonly int[] Source = [9, 1, 2, 3];
    private static readonly int[] Target = [7, 4, 5, 0];

    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_later_piece_changes_no_earlier_logit(bool mixture)
    {
        using var net = Net(mixture);
        int[] later = [.. Target[..2], 1, 2];
        var (one_LV, other_LV) = (Logits(net, [Source], [Target]), Logits(net, [Source], [later]));

        Assert.Equal(0, Distance(one_LV.narrow(1, 0, 2), other_LV.narrow(1, 0, 2)), 1e-5);
        Assert.True(Distance(one_LV.narrow(1, 2, 2), other_LV.narrow(1, 2, 2)) > 1e-3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Padding_changes_nothing(bool mixture)
    {
        using var net = Net(mixture);
        var alone_LV = Logits(net, [Source], [Target]);
        var beside_LV = Logits(net, [Source, [9, 5, 4, 3, 2, 1, 0]], [Target, [7, 1, 1, 2, 2, 3]]);

        Assert.Equal(0, Distance(alone_LV, beside_LV.narrow(0, 0, 1).narrow(1, 0, Target.Length)), 1e-5);
    }

    [Fact]
    public void The_source_is_seen_whole()
    {
        using var net = Net(mixture: true);
        var (one_LV, other_LV) = (Logits(net, [Source], [Target]), Logits(net, [[.. Source[..3], 5]], [Target]));

        Assert.True(Distance(one_LV.narrow(1, 0, 1), other_LV.narrow(1, 0, 1)) > 1e-3);
    }

    [Fact]
    public void Padding_is_routed_to_no_expert()
    {
        using var net = Net(mixture: true);
        var source = Rows([Source, [9, 5]]);
        var (_, routings) = net.Encode(source, MoeContext.None);

        Assert.Equal(2 * (4 + 2), routings[0].TokensPerExpert!.sum().item<long>());
    }

    [Fact]
    public void A_translation_is_that_of_its_sentence_alone_whatever_is_beside_it()
    {
        var pieces = new Pieces(TokenizerTable.Create("bytes"));
        using var net = Net(mixture: true, pieces.Count);
        int[][] sources = [pieces.OfSource(new(0, "Hej!", "")), pieces.OfSource(new(1, "Hoe gaat het?", ""))];
        var context = new MoeContext { Losses = false };
        var both = GreedyDecoder.Translate(net, IdRows.Of(sources, pieces.Padding, CPU), pieces, context);

        foreach (var (place, source) in sources.Index())
        {
            var alone = GreedyDecoder.Translate(net, IdRows.Of([source], pieces.Padding, CPU), pieces, context);
            Assert.Equal(both[place], alone[0]);
        }
    }

    private static TranslationNet Net(bool mixture, int ids = Ids)
    {
        manual_seed(1);
        var net = new TranslationNet(new LearnerSetup(mixture ? MoeVariant.Of<TranslatedMoe>() : null, new TrainingConfig()), ids);
        net.eval();
        return net;
    }

    private static Tensor Logits(TranslationNet net, int[][] sources, int[][] targets)
    {
        using var quiet = no_grad();
        var source = Rows(sources);
        var (source_SPD, _) = net.Encode(source, MoeContext.None);
        var (hidden_SLD, _) = net.Decode(Rows(targets), source_SPD, source.Mask_SL, MoeContext.None);
        return net.Logits(hidden_SLD, Ids);
    }

    private static IdRows Rows(int[][] rows) => IdRows.Of(rows, padding: 11, CPU);

    private static double Distance(Tensor one, Tensor other) => (one - other).abs().max().item<float>();
}

[MoeLayer, Experts<SwiGlu>(4, Hidden = 8), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
internal sealed partial class TranslatedMoe;
