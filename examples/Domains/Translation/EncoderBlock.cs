using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Translation;

/// <summary>A block over the source: attention to all of it, then a mixture or a dense FFN, each behind a norm and beside what came
/// in.</summary>
internal sealed class EncoderBlock : nn.Module<Tensor, Tensor, MoeContext, (Tensor Hidden, Routing? Routing)>
{
    private readonly LayerNorm before, between;
    private readonly Attention attention;
    private readonly FeedForward ffn;

    public EncoderBlock(int width, FeedForward ffn)
        : base(nameof(EncoderBlock))
    {
        (before, between) = (nn.LayerNorm(width), nn.LayerNorm(width));
        attention = new Attention(width);
        this.ffn = ffn;
        RegisterComponents();
    }

    public override (Tensor Hidden, Routing? Routing) forward(Tensor x_SPD, Tensor mask_SP, MoeContext context)
    {
        var normed_SPD = before.forward(x_SPD);
        var h_SPD = x_SPD.Plus(attention.forward(normed_SPD, normed_SPD, mask_SP));
        var (mixed_SPD, routing) = ffn.forward(between.forward(h_SPD), context);
        return (h_SPD.Plus(mixed_SPD), routing);
    }
}
