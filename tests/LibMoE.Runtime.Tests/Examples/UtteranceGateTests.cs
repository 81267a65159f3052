using Speech;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>The gate of examples/Domains/Speech that sees a frame beside the mean of its utterance.</summary>
public sealed class UtteranceGateTests
{
    private const int Frames = 3, Utterances = 2, Dim = 5, Experts = 4;

    [Fact]
    public void Its_logits_are_a_product_with_the_frame_and_one_with_the_mean_of_the_utterance()
    {
        using var scope = NewDisposeScope();
        var (router, x_TD) = (Made(), Heard());
        var (w_ED, v_ED) = (Rows(Named(router, "weight")), Rows(Named(router, "utterance")));
        var (frames, logits) = (Rows(x_TD), Rows(router.Route(x_TD).Logits_TE));

        Assert.Equal(Utterances * Frames, logits.Length);
        Assert.All(logits.Index(), frame => Assert.All(frame.Item.Index(), logit =>
        {
            var utterance = frame.Index / Frames;
            var expected = Enumerable.Range(0, Dim).Sum(d => w_ED[logit.Index][d] * frames[frame.Index][d] + v_ED[logit.Index][d]
                * Enumerable.Range(utterance * Frames, Frames).Average(other => frames[other][d]));
            Assert.Equal(expected, logit.Item, 1e-6);
        }));
    }

    [Fact]
    public void Where_it_does_not_look_at_the_frame_all_frames_of_an_utterance_make_one_choice()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var layer = HeardMoe.Create(new MoeShape(Dim));
        var parameters = layer.named_parameters().ToDictionary(one => one.name, one => one.parameter);
        parameters["router.weight"].zero_();
        parameters["router.utterance"].copy_(eye(Experts, Dim));

        // On average feature 0 is largest in the first utterance, feature 1 in the second, though not in each frame.
        using var x_NFD = tensor(
            new float[]
            {
                5, 0, 0, 0, 0, /**/ 0, 3, 0, 0, 0, /**/ 0, 0, 0, 0, 0,
                0, 5, 0, 0, 0, /**/ 0, 0, 3, 0, 0, /**/ 0, 0, 0, 0, 0,
            },
            [Utterances, Frames, Dim]);

        var picks_T = layer.forward(x_NFD).Routing.Experts!.flatten().data<long>().ToArray();

        Assert.Equal([0, 0, 0, 1, 1, 1], picks_T);
    }

    [Fact]
    public void A_frame_moves_the_choice_of_all_frames_of_its_utterance_and_of_no_other()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (router, x_TD) = (Made(), Heard());
        var before = Rows(router.Route(x_TD).Logits_TE);
        var other_TD = x_TD.clone();
        other_TD[1] = ones(Dim);
        var after = Rows(router.Route(other_TD).Logits_TE);

        Assert.All(Enumerable.Range(0, Frames), frame => Assert.NotEqual(before[frame], after[frame]));
        Assert.All(Enumerable.Range(Frames, Frames), frame => Assert.Equal(before[frame], after[frame]));
    }

    [Fact]
    public void Its_gradients_are_those_of_the_two_products()
    {
        using var scope = NewDisposeScope();
        var (router, x_TD) = (Made(), Heard().requires_grad_());
        var g_TE = randn(Utterances * Frames, Experts);
        (router.Route(x_TD).Logits_TE * g_TE).sum().backward();
        var (w_ED, v_ED) = (Rows(Named(router, "weight")), Rows(Named(router, "utterance")));
        var (x, g) = (Rows(x_TD), Rows(g_TE));

        // ∂/∂W = Σ_t g_t⊗x_t, ∂/∂V = Σ_n (Σ_f g)⊗(mean_f x), ∂/∂x_t = Wᵀ·g_t + Vᵀ·(mean_f g).
        Equal(Rows(Named(router, "weight").grad!), (e, d) => Enumerable.Range(0, x.Length).Sum(t => g[t][e] * x[t][d]));
        Equal(Rows(Named(router, "utterance").grad!), (e, d) => Enumerable.Range(0, Utterances)
            .Sum(n => OfUtterance(n).Sum(t => g[t][e]) * OfUtterance(n).Average(t => x[t][d])));
        Equal(Rows(x_TD.grad!), (t, d) => Enumerable.Range(0, Experts)
            .Sum(e => w_ED[e][d] * g[t][e] + v_ED[e][d] * OfUtterance(t / Frames).Average(frame => g[frame][e])));

        static IEnumerable<int> OfUtterance(int utterance) => Enumerable.Range(utterance * Frames, Frames);

        static void Equal(double[][] rows, Func<int, int, double> expected) => Assert.All(rows.Index(), row =>
            Assert.All(row.Item.Index(), one => Assert.Equal(expected(row.Index, one.Index), one.Item, 1e-5)));
    }

    private static UtteranceRouter Made() =>
        UtteranceRouter.Create(new RouterPlace(Experts, new MoeShape(Dim), "router."), new UtteranceGateAttribute(Frames));

    private static Tensor Heard()
    {
        manual_seed(3);
        return randn(Utterances * Frames, Dim);
    }

    private static TorchSharp.Modules.Parameter Named(UtteranceRouter router, string name) =>
        router.named_parameters().Single(one => one.name == name).parameter;

    private static double[][] Rows(Tensor values) => [.. values.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray()
        .Chunk((int)values.shape[1])];
}

[MoeLayer, Experts<Relu>(4, Hidden = 8), UtteranceGate(3, TopK = 1, Normalize = false)]
internal sealed partial class HeardMoe;
