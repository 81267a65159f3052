using Domains;
using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Segmentation;

/// <summary>From a scene to the class of each pixel: convolutions down to a quarter of its side, where a mixture or a dense FFN sees each
/// of 256 places, and back up beside what was seen at each size before (U-Net, Ronneberger et al. 2015).</summary>
internal sealed class PixelNet : nn.Module<Tensor, MoeContext, (Tensor Logits, IReadOnlyList<Routing> Routings)>
{
    /// <summary>Pixels of a side of a place that routers see.</summary>
    public const int TokenSide = 4;

    public const int TokenColumns = Scene.Side / TokenSide, Tokens = TokenColumns * TokenColumns;

    private const int Thin = 16, Fine = 32, Width = 64, Groups = 8;

    private readonly Sequential look, shrink, trunk, join;
    private readonly Conv2d up, last, head;
    private readonly FeedForward ffn;
    private readonly LayerNorm norm = nn.LayerNorm(Width);

    public PixelNet(LearnerSetup setup)
        : base(nameof(PixelNet))
    {
        look = Block(1, Thin, 3);
        shrink = Block(Thin, Fine, 3, stride: 2);
        trunk = nn.Sequential(
            Block(Fine, Width, 3, stride: 2), Block(Width, Width, 3), Block(Width, Width, 3, dilation: 2), Block(Width, Width, 3));
        ffn = setup.FeedForward(Width, prefix: "ffn.");
        up = nn.Conv2d(Width, 4 * Fine, 1);
        join = Block(Fine, Fine, 3);
        last = nn.Conv2d(Fine, 4 * Thin, 1);
        head = nn.Conv2d(Thin, Scene.Kinds.Count, 1);
        RegisterComponents();
    }

    /// <summary>The logits of the classes, [N, classes, rows, columns].</summary>
    public override (Tensor Logits, IReadOnlyList<Routing> Routings) forward(Tensor scenes_NCHW, MoeContext context)
    {
        var thin_NCHW = look.forward(scenes_NCHW);
        var fine_NCHW = shrink.forward(thin_NCHW);
        var coarse_NCHW = trunk.forward(fine_NCHW);
        var x_NTD = coarse_NCHW.flatten(2).transpose(1, 2).contiguous();
        var (mixed_NTD, routing) = ffn.forward(norm.forward(x_NTD), context);
        var h_NDHW = x_NTD.Plus(mixed_NTD).transpose(1, 2).reshape(coarse_NCHW.shape);
        var joined_NCHW = join.forward(fine_NCHW.Plus(Larger(up, h_NDHW)));
        return (Pointwise.OfEach(head, thin_NCHW.Plus(Larger(last, joined_NCHW)).relu()), routing is null ? [] : [routing]);

        static Tensor Larger(Conv2d conv, Tensor x_NCHW) => nn.functional.pixel_shuffle(Pointwise.OfEach(conv, x_NCHW), 2);
    }

    private static Sequential Block(int from, int to, int kernel, int stride = 1, int dilation = 1) => nn.Sequential(
        nn.Conv2d(from, to, kernel, stride: stride, padding: kernel / 2 * dilation, dilation: dilation, bias: false),
        Norm(to),
        nn.ReLU());

    /// <summary>TorchSharp 0.107 leaves the parameters of this norm as it found the memory.</summary>
    private static GroupNorm Norm(int channels)
    {
        var norm = nn.GroupNorm(Groups, channels);
        nn.init.ones_(norm.weight);
        nn.init.zeros_(norm.bias);
        return norm;
    }
}
