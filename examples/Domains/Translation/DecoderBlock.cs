using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Translation;

/// <summary>A block over the translation: attention to what was said before, attention to the source, then a mixture or a dense FFN, each
/// behind a norm and beside what came in.</summary>
internal sealed class DecoderBlock : nn.Module<Tensor, Tensor, Tensor, MoeContext, (Tensor Hidden, Routing? Routing)>
{
    private readonly LayerNorm before, between, last;
    private readonly Attention own, source;
    private readonly FeedForward ffn;

    public DecoderBlock(int width, FeedForward ffn)
        : base(nameof(DecoderBlock))
    {
        (before, between, last) = (nn.LayerNorm(width), nn.LayerNorm(width), nn.LayerNorm(width));
        (own, source) = (new Attention(width), new Attention(width));
        this.ffn = ffn;
        RegisterComponents();
    }

    public override (Tensor Hidden, Routing? Routing) forward(Tensor x_SLD, Tensor source_SPD, Tensor mask_SP, MoeContext context)
    {
        var normed_SLD = before.forward(x_SLD);
        var said_SLD = x_SLD.Plus(own.forward(normed_SLD, normed_SLD, null));
        var h_SLD = said_SLD.Plus(source.forward(between.forward(said_SLD), source_SPD, mask_SP));
        var (mixed_SLD, routing) = ffn.forward(last.forward(h_SLD), context);
        return (h_SLD.Plus(mixed_SLD), routing);
    }
}
