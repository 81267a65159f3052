using Domains;
using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Detection;

/// <summary>
/// From a smear to maps of middles and boxes: convolutions down to an eighth of the image, where a mixture or a dense FFN sees each of 300
/// places, and back to a quarter beside what was seen there before.
/// </summary>
internal sealed class CellNet : nn.Module<Tensor, MoeContext, (Tensor Maps, IReadOnlyList<Routing> Routings)>
{
    /// <summary>Pixels of a side of a place that routers see.</summary>
    public const int TokenSide = 8;

    public const int TokenColumns = Smear.Width / TokenSide, Tokens = TokenColumns * (Smear.Height / TokenSide);

    private const int Thin = 16, Fine = 32, Width = 64, Groups = 8;

    /// <summary>ln(0.1/0.9): a cell starts out as no middle (Lin et al. 2017).</summary>
    private const double Unlikely = -2.19;

    private readonly Sequential stem, trunk, join;
    private readonly Conv2d up, kinds, places;
    private readonly FeedForward ffn;
    private readonly LayerNorm norm = nn.LayerNorm(Width);

    public CellNet(LearnerSetup setup)
        : base(nameof(CellNet))
    {
        stem = nn.Sequential(Block(3, Thin, 5, 2), Block(Thin, Fine, 3, 2));
        trunk = nn.Sequential(Block(Fine, Width, 3, 2), Block(Width, Width, 3, 1), Block(Width, Width, 3, 1, dilation: 2));
        ffn = setup.FeedForward(Width, prefix: "ffn.");
        up = nn.Conv2d(Width, 4 * Fine, 1);
        join = Block(Fine, Fine, 3, 1);
        (kinds, places) = (nn.Conv2d(Fine, Smear.Kinds.Count, 1), nn.Conv2d(Fine, Grid.BoxNumbers, 1));
        using (no_grad())
        {
            kinds.bias!.Fill(Unlikely);
        }

        RegisterComponents();
    }

    /// <summary>The maps of the kinds as logits, then those of the boxes, [N, kinds + 4, rows, columns].</summary>
    public override (Tensor Maps, IReadOnlyList<Routing> Routings) forward(Tensor images_NCHW, MoeContext context)
    {
        var fine_NCHW = stem.forward(images_NCHW);
        var coarse_NCHW = trunk.forward(fine_NCHW);
        var x_NTD = coarse_NCHW.flatten(2).transpose(1, 2).contiguous();
        var (mixed_NTD, routing) = ffn.forward(norm.forward(x_NTD), context);
        var h_NDHW = x_NTD.Plus(mixed_NTD).transpose(1, 2).reshape(coarse_NCHW.shape);
        var joined_NCHW = join.forward(fine_NCHW.Plus(nn.functional.pixel_shuffle(Pointwise.OfEach(up, h_NDHW), 2)));
        var maps_NCHW = cat([Pointwise.OfEach(kinds, joined_NCHW), Pointwise.OfEach(places, joined_NCHW)], 1);
        return (maps_NCHW, routing is null ? [] : [routing]);
    }

    private static Sequential Block(int from, int to, int kernel, int stride, int dilation = 1) => nn.Sequential(
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
